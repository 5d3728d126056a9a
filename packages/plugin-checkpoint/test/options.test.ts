import { describe, expect, it } from 'vitest'
import { type CheckpointOptions, checkpoint, memoryStore } from '../src/index.js'

describe('the options of checkpoint', () => {
  it.each([
    [{ monitr: 'loss' }, 'REG_OPTION_UNKNOWN', /"monitr".*monitor/],
    [
      { monitor: 'val_loss' },
      'REG_OPTION_INVALID',
      /"mode" is missing; expected "min" or "max", since "monitor" is "val_loss"/,
    ],
    [
      { mode: 'min' },
      'REG_OPTION_INVALID',
      /"monitor" is missing; expected the name of a metric, since "mode" is "min"/,
    ],
    [{ monitor: 'val_loss', mode: 'auto' }, 'REG_OPTION_INVALID', /"mode".*"auto"/],
    [{ monitor: 3, mode: 'min' }, 'REG_OPTION_INVALID', /"monitor".*3/],
    [{ topK: 1.5 }, 'REG_OPTION_INVALID', /"topK".*1.5/],
    [{ topK: -2 }, 'REG_OPTION_INVALID', /"topK".*-2/],
    [{ every: { minutes: 1 } }, 'REG_OPTION_INVALID', /"every".*\{ seconds: n \}/],
    [{ every: { steps: 1, epochs: 1 } }, 'REG_OPTION_INVALID', /"every"/],
    [{ last: { steps: 1.5 } }, 'REG_OPTION_INVALID', /"last".*whole number of steps/],
    [{ every: { epochs: 1.5 } }, 'REG_OPTION_INVALID', /whole number of epochs/],
    [{ every: { seconds: -1 } }, 'REG_OPTION_INVALID', /from 0/],
    [{ onException: 'yes' }, 'REG_OPTION_INVALID', /"onException".*"yes"/],
    [{ dir: '' }, 'REG_OPTION_INVALID', /"dir"/],
    [
      { dir: 'a', store: memoryStore() },
      'REG_OPTION_INVALID',
      /"dir" is "a"; expected none beside "store"/,
    ],
    [null, 'REG_OPTION_INVALID', /null/],
    [{ store: 5 }, 'REG_OPTION_INVALID', /checkpoint: "store" is 5; expected memoryStore\(\)/],
    [{ store: null }, 'REG_OPTION_INVALID', /checkpoint: "store" is null/],
    [
      { store: { ...memoryStore(), tidy: 1 } },
      'REG_OPTION_INVALID',
      /"store" is an object without "tidy";/,
    ],
    [[], 'REG_OPTION_INVALID', /"options" is \[\]/],
    [{ id: '../elsewhere' }, 'REG_OPTION_INVALID', /"id".*"..\/elsewhere".*folder/],
    [{ topk: 3 }, 'REG_OPTION_UNKNOWN', /Did you mean "topK"\?/],
    [{ save_top_k: 3 }, 'REG_OPTION_UNKNOWN', /In Regimen it is topK\./],
    [{ every_n_epochs: 3 }, 'REG_OPTION_UNKNOWN', /In Regimen it is every: \{ epochs: n \}\./],
  ])('%j are %s', (options, code, text) => {
    const make = () => checkpoint(options as unknown as CheckpointOptions)
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(text) }))
  })

  it('C077: several best files without a metric are an error; all, one and none are not', () => {
    expect(() => checkpoint({ topK: 3 })).toThrow(
      /"monitor" is missing; expected a metric that ranks the best 3/,
    )
    for (const topK of [-1, 0, 1]) checkpoint({ topK })
  })

  it('C078: triggers exclude each other', () => {
    const every = { steps: 1, epochs: 1 } as unknown as NonNullable<CheckpointOptions['every']>
    expect(() => checkpoint({ every })).toThrow(/one of/)
    checkpoint({ every: { steps: 0 } })
  })
})
