import { expect, it } from 'vitest'
import { parseHparams } from '../../src/library/hparams-file.js'

it.each([
  [
    '# Hyperparameters of run a.\nrate: 0.1\nname: "adam"\non: true\n"a b": null\n',
    { rate: 0.1, name: 'adam', true: true, 'a b': null },
  ],
  ['{}\n', {}],
  ['', {}],
  ['x: .nan\n', { x: Number.NaN }],
  ['- 1\n', undefined],
  ['a: {b: 1}\n', undefined],
  ['a: &x [1]\nb: *x\n', undefined],
  ['a: "unclosed', undefined],
])('%j', (text, expected) => {
  expect(parseHparams(text)).toEqual(expected)
})
