/** A metric in at most ten characters or so: four digits, an exponent where it is very large or small. */
export function formatMetric(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3).replace('e+', 'e')
  return size >= 1000 ? value.toFixed(1) : value.toPrecision(4)
}

/** A whole number with commas between thousands. */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Bytes in the decimal unit that leaves one to three digits before the point: `4.9 MB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes
  let unit = 0
  while (amount >= 999.5 && unit < UNITS.length - 1) {
    amount /= 1000
    unit++
  }
  const digits = unit === 0 || amount >= 99.95 ? 0 : 1
  return `${amount.toFixed(digits)} ${UNITS[unit]}`
}
