import { describe, expect, it } from 'vitest'
import { type TensorboardLoggerOptions, tensorboardLogger } from '../src/index.js'

describe('options that cannot be used', () => {
  it.each([
    [{ dir: '' }, '"dir" of tensorboardLogger is ""'],
    [{ name: '../up' }, '"name"'],
    [{ name: 'a//b' }, '"name"'],
    [{ version: -1 }, '"version"'],
    [{ version: 1.5 }, '"version"'],
    [{ version: '..' }, '"version"'],
    [{ prefix: '' }, '"prefix"'],
    [{ flushMs: 0 }, '"flushMs"'],
    [{ flushMs: 2001 }, 'from 1 to 2000'],
    [{ hparamMetrics: 'val_loss' }, 'a list of tags'],
    [{ histograms: true }, '{ every: { steps: n } }'],
    [{ histograms: { every: 5 } }, '{ every: { steps: n } }'],
    [{ histograms: { every: { steps: 1 }, bins: 0 } }, 'bins'],
    [{ histograms: { every: { steps: 1 }, colour: 'red' } }, '"histograms"'],
    [{ graph: 'yes' }, 'true or false'],
  ])('%j', (options, message) => {
    const call = () => tensorboardLogger(options as TensorboardLoggerOptions)
    expect(call).toThrow(message)
    expect(call).toThrow('REG_OPTION_INVALID')
  })

  it('a name that is not known is told with the nearest', () => {
    const call = () => tensorboardLogger({ flushMS: 5 } as TensorboardLoggerOptions)
    expect(call).toThrow('REG_OPTION_UNKNOWN')
    expect(call).toThrow('Did you mean "flushMs"?')
  })
})
