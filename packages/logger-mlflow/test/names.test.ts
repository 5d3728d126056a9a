import { expect, it } from 'vitest'
import { faultOfName, faultOfPath } from '../src/names.js'

it.each(['a', 'Ab-5_', 'a/b/c', '.a', 'b.', 'a..a/._./o', 'a b/c d', 'ü/β', 'gpu:0'])(
  'MLflow takes a metric "%s"',
  (name) => expect(faultOfName(name)).toBeUndefined(),
)

it.each(['', '.', '/', '..', '../a', '//', 'a//b', 'a/./b', '/a', 'a/', 'a@1', '\\', '🙂', '"'])(
  'MLflow takes no metric "%s"',
  (name) => expect(faultOfName(name)).toEqual(expect.any(String)),
)

it('a name has at most 250 characters', () => {
  expect(faultOfName('x'.repeat(250))).toBeUndefined()
  expect(faultOfName('x'.repeat(251))).toContain('250')
})

it.each(['a.txt', 'models/épic model (1).bin', 'a@b'])('there can be an artifact %s', (path) =>
  expect(faultOfPath(path)).toBeUndefined(),
)

it.each(['', '../a', '/etc/a', 'a/../b', 'a\\b', 'a#b', 'a?b', '%2e%2e/a', 'a/'])(
  'there can be no artifact "%s"',
  (path) => expect(faultOfPath(path)).toEqual(expect.any(String)),
)
