/** Seconds as a person reads them: `0.42 s`, `7.3 s`, `42 s`, `3:05`, `2:03:04`; `?` where unknown. */
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

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
