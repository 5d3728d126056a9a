import { type AlertEvent, textOf } from './alert-event.js'
import type { ResolvedOptions } from './options.js'

/** Answers after which another attempt may succeed. */
const TEMPORARY = new Set([408, 425, 429])

/**
 * Sends an alert by POST: `text` is what Slack shows, `content` what Discord does, `event` all of it.
 *
 * @throws Error with a text that does not have the address: it may hold a secret
 */
export async function postAlert(
  event: AlertEvent,
  { webhook, retries, timeoutSeconds }: ResolvedOptions,
  signal: AbortSignal,
): Promise<void> {
  if (webhook === undefined) return
  const text = textOf(event)
  const body = JSON.stringify({ text, content: text, event })
  const { host } = new URL(webhook)
  for (let attempt = 0; ; attempt++) {
    const problem = await attemptPost(webhook, body, timeoutSeconds, signal)
    if (problem === undefined) return
    const isOver = attempt >= retries || !problem.isTemporary || signal.aborted
    if (isOver) throw new Error(`${host} ${problem.text}`)
    await pause(200 * 2 ** attempt, signal)
  }
}

type Problem = { readonly text: string; readonly isTemporary: boolean }

async function attemptPost(
  webhook: string,
  body: string,
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const timeout = AbortSignal.timeout(1000 * timeoutSeconds)
  try {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([timeout, signal]),
    })
    await response.body?.cancel()
    if (response.ok) return undefined
    const { status } = response
    return {
      text: `answered ${status}`,
      isTemporary: status >= 500 || TEMPORARY.has(status),
    }
  } catch (thrown) {
    if (timeout.aborted)
      return { text: `did not answer in ${timeoutSeconds} s`, isTemporary: true }
    const cause = (thrown as { readonly cause?: { readonly code?: unknown } }).cause
    const code = typeof cause?.code === 'string' ? ` (${cause.code})` : ''
    return { text: `could not be reached${code}`, isTemporary: true }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      done()
    })
  })
}
