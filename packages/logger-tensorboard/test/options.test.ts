import { describe, expect, it } from 'vitest'
import {
  type HistogramOptions,
  type TensorboardLoggerOptions,
  tensorboardLogger,
} from '../src/index.js'

describe('options that cannot be used', () => {
  it.each([
    [{ dir: '' }, 'tensorboardLogger: "dir" is ""; expected the path of a folder.'],
    [{ name: '../up' }, '"name"'],
    [{ name: 'a//b' }, '"name"'],
    [{ version: -1 }, '"version"'],
    [{ version: 1.5 }, '"version"'],
    [{ version: '..' }, '"version"'],
    [{ prefix: '' }, '"prefix"'],
    [{ flushMs: 0 }, '"flushMs"'],
    [{ flushMs: 2001 }, 'from 1 to 2000'],
    [{ hparamMetrics: 'val_loss' }, 'a list, each item a non-empty string'],
    [{ histograms: true }, 'expected an object with "every"'],
    [{ histograms: { every: 5 } }, '"histograms.every" is 5; expected one of { steps: n }'],
    [{ histograms: { every: { steps: 1 }, bins: 0 } }, 'bins'],
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
    const histograms = { every: { steps: 1 }, colour: 'red' } as HistogramOptions
    const nested = () => tensorboardLogger({ histograms })
    expect(nested).toThrow(
      'REG_OPTION_UNKNOWN: tensorboardLogger: "histograms.colour" is not known',
    )
  })
})
