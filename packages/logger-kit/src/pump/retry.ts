/** How long the waits between attempts are. */
export interface RetryPolicy {
  readonly baseMs: number
  readonly maxMs: number
}

/** Half a second, doubled each time, at most a minute. */
export const defaultRetry: RetryPolicy = { baseMs: 500, maxMs: 60_000 }

/**
 * How long to wait before the next attempt: what the service asks for, else a random share of a wait
 * that doubles ("full jitter", Exponential Backoff And Jitter, AWS Architecture Blog 2015).
 *
 * @param failures failures in a row so far, at least 1
 * @param random from 0 to 1
 */
export function retryWait(
  { baseMs, maxMs }: RetryPolicy,
  { failures, retryAfterMs }: { failures: number; retryAfterMs?: number | undefined },
  random: number,
): number {
  if (retryAfterMs !== undefined) return retryAfterMs
  return Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30)) * random
}
