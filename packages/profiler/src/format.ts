const MICRO = 0.001
const SECOND = 1000
const MINUTE = 60_000

/** Milliseconds as a person reads them: `4.56 µs`, `12.3 ms`, `1.23 s`, `3:05`, `2:03:04`. */
export function formatMs(ms: number): string {
  if (ms === 0) return '0 ms'
  if (ms < 0.9995 * MICRO) return `${(ms / MICRO).toFixed(3)} µs`
  if (ms < 0.9995) return `${threeDigits(ms / MICRO)} µs`
  if (ms < 0.9995 * SECOND) return `${threeDigits(ms)} ms`
  if (ms < 0.9995 * MINUTE) return `${threeDigits(ms / SECOND)} s`
  const seconds = Math.round(ms / SECOND)
  const minutes = Math.floor(seconds / 60)
  const rest = twoDigits(seconds % 60)
  if (minutes < 60) return `${minutes}:${rest}`
  return `${Math.floor(minutes / 60)}:${twoDigits(minutes % 60)}:${rest}`
}

/** A share between 0 and 1 as `61 %`, `4.2 %`, `<0.1 %`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '?'
  if (share > 0 && share < 0.0005) return '<0.1 %'
  return share < 0.0995 ? `${(share * 100).toFixed(1)} %` : `${Math.round(share * 100)} %`
}

/** Bytes as `812 B`, `1.61 MB`; decimal units. */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : ''
  let value = Math.abs(bytes)
  if (value < 1000) return `${sign}${value} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let unit = 0
  value /= 1000
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${sign}${threeDigits(value)} ${units[unit]}`
}

function threeDigits(value: number): string {
  return value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
