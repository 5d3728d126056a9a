import { expect, it } from 'vitest'
import { describeFileError } from '../../src/floor/file-error.js'

const withCode = (code: unknown, message = 'It failed.') =>
  Object.assign(new Error(message), { code })

it.each([
  ['ENOSPC', 'The disk is full: free some space or give another "dir"'],
  ['EACCES', 'Access is not allowed there: change the permissions or give another "dir"'],
  ['EPERM', 'Access is not allowed there: change the permissions or give another "dir"'],
  ['EROFS', 'The file system is read-only: give another "dir"'],
  ['EISDIR', 'A folder stands where the file belongs: move it away or give another "dir"'],
  ['EEXIST', 'A file stands where a folder belongs: move it away or give another "dir"'],
  ['ENOENT', 'It is not there: somebody removed a folder or a file'],
  ['EMFILE', 'Too many files are open: raise the limit (ulimit -n)'],
])('%s says what to do', (code, advice) => {
  expect(describeFileError(withCode(code))).toBe(`It failed. ${advice}`)
})

it('names the option that says where the file is', () => {
  const text = describeFileError(withCode('EROFS'), 'traceFile')
  expect(text).toBe('It failed. The file system is read-only: give another "traceFile"')
})

it.each([
  ['a code that is not known', withCode('EWHAT'), 'It failed'],
  ['a code that every object has', withCode('constructor'), 'It failed'],
  ['the code __proto__', withCode('__proto__'), 'It failed'],
  ['no code', new Error('no stop'), 'no stop'],
  ['only the last full stop', new Error('a.b..'), 'a.b.'],
  ['an empty text', new Error(''), ''],
  ['a string', 'thrown.', 'thrown'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
])('of %s it gives the message alone', (_, thrown, text) => {
  expect(describeFileError(thrown)).toBe(text)
})
