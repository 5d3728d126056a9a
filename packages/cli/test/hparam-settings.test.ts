import { describe, expect, it } from 'vitest'
import { readSetting } from '../src/dotted-path.js'
import { withHparam } from '../src/hparam-settings.js'
import { UsageError } from '../src/usage-error.js'

const hparams = {
  learningRate: 0.01,
  name: 'dense',
  useBias: true,
  units: [64, 32],
  warmup: null,
  net: { depth: 2, cell: { kind: 'lstm' } },
}
const set = (typed: string, of: typeof hparams | undefined = hparams) =>
  withHparam(of, readSetting(typed))

describe('--set hparams', () => {
  it.each([
    ['hparams.learningRate=0.1', { learningRate: 0.1 }],
    ['hparams.learningRate=1e-4', { learningRate: 1e-4 }],
    ['hparams.name=3', { name: '3' }],
    ['hparams.name="a b"', { name: 'a b' }],
    ['hparams.name=', { name: '' }],
    ['hparams.useBias=false', { useBias: false }],
    ['hparams.units=[8]', { units: [8] }],
    ['hparams.warmup=10', { warmup: 10 }],
    ['hparams.warmup=null', { warmup: null }],
    ['hparams.net.depth=4', { net: { depth: 4, cell: { kind: 'lstm' } } }],
    ['hparams.net.cell.kind=gru', { net: { depth: 2, cell: { kind: 'gru' } } }],
    ['hparams.net={depth: 3}', { net: { depth: 3, cell: { kind: 'lstm' } } }],
    [
      'hparams={name: "a", net: {depth: 1}}',
      { name: 'a', net: { depth: 1, cell: { kind: 'lstm' } } },
    ],
  ])('%s', (typed, wanted) => {
    expect(set(typed)).toEqual({ ...hparams, ...wanted })
  })

  it.each([
    ['hparams.learningRate=fast', 'hparams.learningRate: it is "fast"; expected a number'],
    ['hparams.learningRate="0.1"', 'it is "0.1"; expected a number'],
    ['hparams.learningRate=null', 'it is null; expected a number'],
    ['hparams.learningRate=Infinity', 'it is Infinity; expected a number'],
    ['hparams.useBias=1', 'it is 1; expected true or false'],
    ['hparams.units=8', 'it is 8; expected a list'],
    ['hparams.net=8', 'it is 8; expected an object'],
    ['hparams.learningrate=1', 'Did you mean "learningRate"?'],
    ['hparams.toString=1', 'no such hyperparameter'],
    ['hparams.net.dept=1', 'Did you mean "depth"? There are "depth", "cell".'],
    ['hparams.net={dept: 1}', 'Did you mean "depth"?'],
    ['hparams.net={depth: "a"}', 'hparams.net.depth: it is "a"; expected a number'],
    ['hparams.learningRate.x=1', '"hparams.learningRate" is 0.01 in the config'],
    ['hparams=3', 'hparams: it is 3; expected an object'],
  ])('refuses %s', (typed, text) => {
    expect(() => set(typed)).toThrow(UsageError)
    expect(() => set(typed)).toThrow(text)
  })

  it('refuses all where the config has none', () => {
    expect(() => withHparam(undefined, readSetting('hparams.a=1'))).toThrow(
      'the config has no "hparams"',
    )
  })
})
