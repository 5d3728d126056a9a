const UNITS = ['B', 'kB', 'MB', 'GB', 'TB']

/** Bytes in the decimal unit that leaves one to three digits before the point. */
export function bytesText(bytes: number): string {
  const power = Math.floor(Math.log10(Math.max(1, bytes)) / 3)
  const unit = Math.min(UNITS.length - 1, power)
  return `${Number((bytes / 1000 ** unit).toPrecision(3))} ${UNITS[unit]}`
}
