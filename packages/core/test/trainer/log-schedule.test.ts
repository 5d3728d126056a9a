import { describe, expect, it } from 'vitest'
import type { DataSource, Every, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin } from '../helpers/lab.js'
import { endlessLine, type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** The 0-based steps of the step records of a fit, and how many epoch records there were. */
async function logged(options: TrainerOptions, train: DataSource<LineBatch>) {
  const module = lineModule()
  const { trainer, seen } = lab(options)
  await trainer.fit(module, { train })
  const rows = seen.of('record').flatMap((one) => (one.kind === 'metrics' ? [one] : []))
  module.dispose()
  return {
    steps: rows.flatMap(({ interval, step }) => (interval === 'step' ? [step] : [])),
    epochs: rows.flatMap(({ interval, epoch }) => (interval === 'epoch' ? [epoch] : [])),
    order: rows.map(({ interval }) => interval),
  }
}

const SOURCES: [kind: string, train: () => DataSource<LineBatch>][] = [
  ['of known size', () => lineBatches(4)],
  ['of a function that makes them', () => () => lineBatches(4)],
  ['without a size', () => endlessLine(4)],
]

describe.each(SOURCES)('the step records of epochs %s', (kind, train) => {
  it.each([
    [{ epochs: 1 }, [3, 7, 11, 15]],
    [{ epochs: 2 }, [7, 15]],
    [{ epochs: 3 }, [11]],
    [{ epochs: 5 }, []],
    [{ epochs: 0 }, []],
    [{ epochs: Number.POSITIVE_INFINITY }, []],
    [{ steps: 3 }, [2, 5, 8, 11, 14]],
  ] as [Every, number[]][])('every %j: %j', async (logEvery, steps) => {
    const found = await logged({ maxEpochs: 4, logEvery }, train())
    expect(found.steps).toEqual(steps)
    expect(found.epochs).toEqual([0, 1, 2, 3])
  })

  it.each([
    [{ epochs: 0.5 }, [1, 3, 5, 7]],
    [{ epochs: 0.25 }, [0, 1, 2, 3, 4, 5, 6, 7]],
    [{ epochs: 0.75 }, [2, 6]],
  ] as [Every, number[]][])('every %j, where the size is known: %j', async (logEvery, steps) => {
    if (kind === 'without a size') return
    expect((await logged({ maxEpochs: 2, logEvery }, train())).steps).toEqual(steps)
  })

  it('come before the record of the epoch', async () => {
    const { order } = await logged({ maxEpochs: 2, logEvery: { epochs: 1 } }, train())
    expect(order).toEqual(['step', 'epoch', 'step', 'epoch'])
  })

  it('follow limitBatches; an epoch that maxSteps cuts short has none', async () => {
    const limited = { maxEpochs: 2, limitBatches: { train: 3 }, logEvery: { epochs: 1 } }
    expect((await logged(limited, train())).steps).toEqual([2, 5])
    const cut = await logged({ maxEpochs: 9, maxSteps: 6, logEvery: { epochs: 1 } }, train())
    expect(cut.steps).toEqual([3])
  })

  it('are the same where gradients are withheld', async () => {
    const withholding = plugin('withholding', ({ hooks }) => {
      hooks.gradients.tap('withholding', (_, { batch }) => (batch % 2 === 0 ? null : undefined))
    })
    const options = { maxEpochs: 2, logEvery: { epochs: 1 }, plugins: [withholding] }
    expect((await logged(options, train())).steps).toEqual([1, 3])
  })
})
