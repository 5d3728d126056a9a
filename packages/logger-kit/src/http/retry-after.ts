/** The longest that a service may make a logger wait: ten minutes. */
export const LONGEST_WAIT = 600_000

/** What a `Retry-After` header asks for, in milliseconds: seconds or a date; a past date is 0. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (text === '') return undefined
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT)
}
