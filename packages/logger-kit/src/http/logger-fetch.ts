import type { Clock } from '../clock.js'
import type { LoggerFetch } from '../writer/log-writer.js'
import { type FailureKind, LoggerError } from '../writer/logger-error.js'
import { assertReachable, type Environment, originOf } from './address.js'
import type { Redactor } from './redactor.js'

/** What the kit's fetch needs. */
export interface FetchOptions {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly environment: Environment
  /** Aborted when time is up. */
  readonly signal: AbortSignal
  /** The only origin that may be reached: what the keys are for. Absent if there are none. */
  readonly boundTo?: string | undefined
  readonly fetch?: typeof globalThis.fetch
}

const TIMEOUT_MS = 10_000
const LONGEST_BODY = 65_536
/** Failures from before anything was sent. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL)/
const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504])
const NOT_CARRIED_OUT = new Set([425, 429, 503])

/**
 * A fetch for loggers: bounded in time, redacting, refusing the outside world in tests. It sends
 * nothing to a place that the keys are not for, and follows no redirect, which could lead there.
 */
export function createFetch(options: FetchOptions): LoggerFetch {
  const { clock, redactor, environment, signal: ending } = options
  return async (target, init = {}) => {
    const origin = originOf(String(target))
    const url = new URL(target)
    assertBound(origin, options.boundTo)
    assertReachable(url, environment)
    const { timeoutMs = TIMEOUT_MS, signal, ...request } = init
    const timer = new AbortController()
    const cancel = clock.after(timeoutMs, () =>
      timer.abort(new Error(`no answer in ${timeoutMs} ms`)),
    )
    const signals = [timer.signal, ending, ...(signal ? [signal] : [])]
    const place = `${request.method ?? 'GET'} ${url.origin}${url.pathname}`
    try {
      const call = options.fetch ?? globalThis.fetch
      const sent = {
        ...request,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      } as const
      const response = await call(url, sent as RequestInit)
      const body = await response.arrayBuffer()
      if (!response.ok) throw refusal(response, body, place, options)
      const isEmpty = [204, 205].includes(response.status)
      const { status, headers } = response
      return new Response(isEmpty ? null : body, {
        status,
        headers: plainHeaders(headers),
      })
    } catch (thrown) {
      if (thrown instanceof LoggerError) throw thrown
      const reason = ending.aborted ? 'time is up' : reasonOf(thrown)
      const isAmbiguous = !NOT_SENT.test(codeOf(thrown))
      throw new LoggerError('retry', redactor.all(`${place}: ${reason}`), { isAmbiguous })
    } finally {
      cancel()
    }
  }
}

function assertBound(origin: string, boundTo: string | undefined): void {
  if (boundTo === undefined || origin === boundTo) return
  const text = `The key is for ${boundTo}, and the request was to ${origin}: it was not sent`
  throw new LoggerError('permanent', `${text}.`)
}

/** What came is decoded already. */
function plainHeaders(headers: Headers): Headers {
  const plain = new Headers(headers)
  plain.delete('content-encoding')
  plain.delete('content-length')
  return plain
}

function refusal(
  response: Response,
  bytes: ArrayBuffer,
  place: string,
  options: FetchOptions,
) {
  const { status, statusText, headers } = response
  const text = new TextDecoder().decode(bytes.slice(0, LONGEST_BODY))
  const body = options.redactor.all(text)
  const gist = body
    .replaceAll(/<[^>]*>|\s+/g, ' ')
    .trim()
    .slice(0, 200)
  const location = headers.get('location')
  const isRedirect = status >= 300 && status < 400 && location !== null
  const why = isRedirect ? 'a redirect, which loggers do not follow' : gist
  const message = `${place}: ${status} ${statusText}${why === '' ? '' : `: ${why}`}`
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), options.clock.now())
  const isAmbiguous = RETRIED.has(status) && !NOT_CARRIED_OUT.has(status)
  const details = { status, body, isAmbiguous, retryAfterMs }
  return new LoggerError(kindOf(status), options.redactor.all(message), details)
}

function kindOf(status: number): FailureKind {
  if (status === 429) return 'rate'
  if (status === 401 || status === 403) return 'auth'
  return RETRIED.has(status) ? 'retry' : 'permanent'
}

function codeOf(thrown: unknown): string {
  const { code, cause } = Object(thrown) as { code?: unknown; cause?: unknown }
  if (typeof code === 'string') return code
  return cause === undefined ? '' : codeOf(cause)
}

/** The innermost reason: fetch itself only says that it failed. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const code = codeOf(thrown)
  const inner = thrown.cause === undefined ? thrown.message : reasonOf(thrown.cause)
  return code === '' || inner.includes(code) ? inner : `${inner} (${code})`.trim()
}

/** The longest that a service may make a logger wait: ten minutes. */
export const LONGEST_WAIT = 600_000

/** What a `Retry-After` header asks for, in milliseconds: seconds or a date; a past date is 0. */
export function parseRetryAfter(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? ''
  if (text === '') return undefined
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_WAIT)
}
