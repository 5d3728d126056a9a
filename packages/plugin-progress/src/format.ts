import { truncate as cutText } from '@regimen/core'
import stringWidth from 'string-width'

/** A metric in at most ten characters or so: four digits, an exponent if it is very large or small. */
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

/** Seconds as a person reads them: `0.42 s`, `7.3 s`, `42 s`, `3:05`, `2:03:04`; `?` if unknown. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '?'
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  const rest = twoDigits(whole % 60)
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`
}

/** How fast it goes: `1234/s`, `12.3/s`; below one per second the other way round, `2.5 s each`. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond <= 0) return '?/s'
  if (perSecond >= 99.95) return `${perSecond.toFixed(0)}/s`
  if (perSecond >= 1) return `${perSecond.toFixed(1)}/s`
  return `${formatSeconds(1 / perSecond)} each`
}

/** Columns that a text takes on a terminal: wide characters two, colours none. */
export const widthOf: (text: string) => number = stringWidth

/** The text cut to at most `width` columns, ending in `…` if something was cut off. No colours. */
export function truncate(text: string, width: number): string {
  return cutText(text, width, widthOf)
}

/** Texts side by side, on as many lines of at most `width` columns as that takes. */
export function flow(texts: readonly string[], width: number, gap = '  '): string[] {
  const lines: string[] = []
  let line = ''
  for (const text of texts) {
    const longer = line === '' ? text : line + gap + text
    if (line !== '' && widthOf(longer) > width) {
      lines.push(line)
      line = text
    } else line = longer
  }
  return [...lines, line]
    .filter((text) => text !== '')
    .map((text) => truncate(text, width))
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
