import { isLoggerError, LoggerError } from '../writer/logger-error.js'

/** Of the file system: may be over in a while. */
const PASSING = new Set(
  'ENOSPC EDQUOT EIO EAGAIN EBUSY EMFILE ENFILE EROFS EACCES EPERM'.split(' '),
)
/** Answers that may be about one record of the batch only. */
const DIVISIBLE = new Set([400, 413, 422])

/** What anything that a writer threw means. */
export function failureOf(thrown: unknown): LoggerError {
  if (isLoggerError(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const { code } = Object(thrown) as { code?: unknown }
  const isPassing = typeof code === 'string' && PASSING.has(code)
  return new LoggerError(isPassing ? 'retry' : 'permanent', message)
}

/** Whether half of the batch may succeed where all of it did not. */
export const isDivisible = ({ status }: LoggerError): boolean =>
  status === undefined || DIVISIBLE.has(status)

/** The same for the same cause: one message is enough for it. */
export const causeOf = ({ kind, status, message }: LoggerError): string =>
  `${kind} ${status ?? message.replaceAll(/\d+/g, '#')}`
