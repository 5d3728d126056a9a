import { isLoggerError, LoggerError } from '../writer/logger-error.js'

/** What may be over in a while: a full disk, too many open files. */
const PASSING = ['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EBUSY', 'EAGAIN', 'EIO', 'ESTALE']

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full; make room',
  EDQUOT: 'The quota of the disk is used up; make room',
  EMFILE: 'Too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'Too many files are open on this machine',
  EACCES: 'Nobody may write there; change the permissions or the option "dir"',
  EPERM: 'Nobody may write there; change the permissions or the option "dir"',
  EROFS: 'That disk is read-only; give the option "dir" another place',
  ENOTDIR: 'A file stands where a folder should be; move it, or change the option "dir"',
  EEXIST: 'A file stands where a folder should be; move it, or change the option "dir"',
  EISDIR: 'A folder stands where a file should be; move it, or change the option "dir"',
}

/** The failure of a file operation, with what to do about it. A {@link LoggerError} stays as it is. */
export function fileError(thrown: unknown, what: string): LoggerError {
  if (isLoggerError(thrown)) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const text = `Could not write ${what}: ${message}`
  const advice = ADVICE[code]
  const kind = PASSING.includes(code) ? 'retry' : 'permanent'
  return new LoggerError(kind, advice ? `${text}. ${advice}.` : text, { cause: thrown })
}
