/** What the operating system says, in words a person can act on. */
export function describeFailure(thrown: unknown): string {
  const { code, message = String(thrown) } = (thrown ?? {}) as { code?: string; message?: string }
  const advice = ADVICE[code ?? '']
  return advice === undefined ? message : `${message}. ${advice}`
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: free some space or give another "dir"',
  EDQUOT: 'The disk quota is used up: free some space or give another "dir"',
  EACCES: 'Writing is not allowed there: change the permissions or give another "dir"',
  EPERM: 'Writing is not allowed there: change the permissions or give another "dir"',
  EROFS: 'The file system is read-only: give another "dir"',
  EISDIR: 'A folder stands where the file belongs: move it away or give another "dir"',
  ENOTEMPTY: 'A folder stands where the file belongs: move it away or give another "dir"',
  ENOTDIR: 'A file stands where a folder belongs: move it away or give another "dir"',
  EEXIST: 'A file stands where a folder belongs: move it away or give another "dir"',
  ENOENT: 'A folder has gone: somebody removed it while the run went on',
}
