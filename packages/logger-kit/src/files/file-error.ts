import { describeFileError } from '@regimen/core/files'
import { isLoggerError, LoggerError } from '../writer/logger-error.js'

/** What may be over in a while: a full disk, too many open files. */
const PASSING = [
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EBUSY',
  'EAGAIN',
  'EIO',
  'ESTALE',
]

/** The failure of a file operation, with what to do about it. A {@link LoggerError} stays as it is. */
export function fileError(thrown: unknown, what: string): LoggerError {
  if (isLoggerError(thrown)) return thrown
  const { code = '' } = Object(thrown) as NodeJS.ErrnoException
  const kind = PASSING.includes(code) ? 'retry' : 'permanent'
  const text = `Could not write ${what}: ${describeFileError(thrown)}.`
  return new LoggerError(kind, text, { cause: thrown })
}
