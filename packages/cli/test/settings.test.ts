import type { RegimenConfig } from '@regimen/core/config'
import { describe, expect, it } from 'vitest'
import { parseValue, readSetting } from '../src/dotted-path.js'
import { withSettings } from '../src/settings.js'
import { UsageError } from '../src/usage-error.js'

const base = { module: {}, data: { train: [] } } as unknown as RegimenConfig
const set = (settings: readonly string[], config: object = {}) => {
  const {
    module: _,
    data: __,
    ...rest
  } = withSettings({ ...base, ...config }, settings.map(readSetting))
  return rest
}

describe('--set', () => {
  it.each([
    ['3', 3],
    ['-1', -1],
    ['.5', 0.5],
    ['1e-3', 0.001],
    ['+2.', 2],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['true', true],
    ['false', false],
    ['null', null],
    ['runs/a', 'runs/a'],
    ['0,2', '0,2'],
    ['"3"', '3'],
    ['{"steps": 3}', { steps: 3 }],
    ['{steps: 3}', { steps: 3 }],
    ['[0, 2]', [0, 2]],
    ['', ''],
  ])('reads %j as %j', (text, value) => {
    expect(parseValue(text, 'x')).toEqual(value)
  })

  it.each([
    [['maxEpochs=3'], {}, { maxEpochs: 3 }],
    [['maxEpochs=3', 'maxEpochs=4'], {}, { maxEpochs: 4 }],
    [
      ['limitBatches.train=3'],
      { limitBatches: { test: 1 } },
      { limitBatches: { train: 3, test: 1 } },
    ],
    [
      ['limitBatches.train=null'],
      { limitBatches: { train: 1, test: 1 } },
      { limitBatches: { test: 1 } },
    ],
    [['validateEvery.epochs=2'], { validateEvery: { steps: 9 } }, { validateEvery: { epochs: 2 } }],
    [['logEvery={steps: 5}'], {}, { logEvery: { steps: 5 } }],
    [['maxSteps=null'], { maxSteps: 3 }, {}],
    [['rootDir=a=b'], {}, { rootDir: 'a=b' }],
    [['accelerator=cpu', 'gpus=[0,2]'], {}, { accelerator: 'cpu', gpus: [0, 2] }],
  ])('%j', (settings, config, wanted) => {
    expect(set(settings, config)).toEqual(wanted)
  })

  it('leaves the config as it was', () => {
    const config = { limitBatches: { train: 1 } }
    set(['limitBatches.train=2'], config)
    expect(config).toEqual({ limitBatches: { train: 1 } })
  })

  it.each([
    ['maxEpoch=3', 'Did you mean "maxEpochs"?'],
    ['limitBatchs.train=3', 'Did you mean "limitBatches"?'],
    ['limitBatches.trai=3', 'Did you mean "train"?'],
    ['limitBatches.train.x=3', '"train.x" cannot be set.'],
    ['maxEpochs.x=3', '"maxEpochs" has no nested keys.'],
    ['plugins=[]', '"plugins" cannot be set.'],
    ['module=x', '"module" cannot be set.'],
    ['maxEpochs', 'give key=value'],
    ['=3', 'give key=value'],
    ['maxEpochs=three', '"maxEpochs" is "three"'],
    ['maxEpochs=-1', '"maxEpochs" is -1'],
    ['limitBatches={train', 'the value is not JSON'],
    ['accelerator=cuda', '"accelerator" is "cuda"'],
    ['validateEvery.steps=0.5', '"validateEvery" is'],
  ])('refuses %s', (setting, text) => {
    expect(() => set([setting])).toThrow(UsageError)
    expect(() => set([setting])).toThrow(text)
  })
})
