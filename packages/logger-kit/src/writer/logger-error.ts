/**
 * What a failure means: `retry` and `rate` are tried again, `rate` says that a limit was hit; `auth`
 * ends sending for this run and keeps everything in the spool; `permanent` rejects the batch.
 */
export type FailureKind = 'retry' | 'rate' | 'auth' | 'permanent'

/** What is known about a failure beside its text. */
export interface FailureDetails {
  /** Of the answer, if there was one. */
  readonly status?: number | undefined
  /** How long the service asks to wait. */
  readonly retryAfterMs?: number | undefined
  /** Whether the request may have been carried out all the same. Default `false`. */
  readonly isAmbiguous?: boolean | undefined
  /** Text of the answer, at most 64 KiB. */
  readonly body?: string | undefined
  /** `seq` of the records of the batch that were delivered before the failure. */
  readonly done?: readonly number[] | undefined
  readonly cause?: unknown
}

/** A failure that says what is to be done about it. Anything else that a writer throws counts as `permanent`. */
export class LoggerError extends Error {
  override readonly name = 'LoggerError'
  readonly status: number | undefined
  readonly retryAfterMs: number | undefined
  readonly isAmbiguous: boolean
  readonly body: string | undefined
  readonly done: readonly number[]

  constructor(
    readonly kind: FailureKind,
    message: string,
    {
      status,
      retryAfterMs,
      isAmbiguous = false,
      body,
      done = [],
      cause,
    }: FailureDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
    this.retryAfterMs = retryAfterMs
    this.isAmbiguous = isAmbiguous
    this.body = body
    this.done = done
  }
}

/** Whether a value is a {@link LoggerError}, also one of another copy of this package. */
export const isLoggerError = (value: unknown): value is LoggerError =>
  value instanceof Error && value.name === 'LoggerError' && 'kind' in value

/** Failures of the file system that may be over in a while. */
const PASSING = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EAGAIN',
  'EBUSY',
  'EMFILE',
  'ENFILE',
  'EROFS',
  'EACCES',
  'EPERM',
])
/** Answers that may be about one record of the batch only. */
const DIVISIBLE = new Set([400, 413, 422])

/** What anything that a writer threw means. */
export function failureOf(thrown: unknown): LoggerError {
  if (isLoggerError(thrown)) return thrown
  const { code } = Object(thrown) as { code?: unknown }
  const isPassing = typeof code === 'string' && PASSING.has(code)
  return new LoggerError(isPassing ? 'retry' : 'permanent', messageOf(thrown))
}

/** Whether half of the batch may succeed if all of it did not. */
export const isDivisible = ({ status }: LoggerError): boolean =>
  status === undefined || DIVISIBLE.has(status)

/** The text of anything that was thrown; core's own would load all of core into the writer's thread. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
