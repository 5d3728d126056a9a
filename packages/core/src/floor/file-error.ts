const MOVE = 'move it away or give another {option}'
const FULL = 'free some space or give another {option}'
const DENIED =
  'Access is not allowed there: change the permissions or give another {option}'
const FOLDER = `A folder stands where the file belongs: ${MOVE}`
const FILE = `A file stands where a folder belongs: ${MOVE}`

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: `The disk is full: ${FULL}`,
  EDQUOT: `The disk quota is used up: ${FULL}`,
  EACCES: DENIED,
  EPERM: DENIED,
  EROFS: 'The file system is read-only: give another {option}',
  EISDIR: FOLDER,
  ENOTEMPTY: FOLDER,
  ENOTDIR: FILE,
  EEXIST: FILE,
  ENOENT: 'It is not there: somebody removed a folder or a file',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n)',
  ENFILE: 'Too many files are open on this machine: close some programs',
  ENAMETOOLONG: 'The path is too long: give a shorter name or another "dir"',
  ELOOP: 'Links lead in a circle there: remove them or give another {option}',
  EBUSY: 'Another program uses it: close that, or leave the folder out of virus scans',
  EIO: 'The disk fails: look at it, or give another {option}',
  ESTALE: 'The network drive was mounted anew: start again',
}

/**
 * An error of the file system in words that a user can act on, without a full stop.
 *
 * @param thrown an error of the file system; for any other error, its message is returned
 * @param option the option that sets the place of the file, for the advice
 */
export function describeFileError(thrown: unknown, option = 'dir'): string {
  const { code, message = String(thrown) } = Object(thrown) as {
    code?: string
    message?: string
  }
  const advice = Object.hasOwn(ADVICE, code ?? '') ? ADVICE[code ?? ''] : undefined
  const text = message.replace(/\.$/, '')
  return advice === undefined
    ? text
    : `${text}. ${advice.replace('{option}', `"${option}"`)}`
}
