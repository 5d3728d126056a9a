import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { LoaderTraits, TrainerOptions } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const scaled = (gradients: tf.NamedTensorMap, factor: number): tf.NamedTensorMap =>
  Object.fromEntries(Object.entries(gradients).map(([name, each]) => [name, tf.mul(each, factor)]))

async function weightsAfter(options: TrainerOptions, batches = 3): Promise<number[]> {
  const module = lineModule()
  await withoutLeak(() => lab(options).trainer.fit(module, { train: lineBatches(batches) }))
  const weights = [...module.w.dataSync(), ...module.b.dataSync()]
  module.dispose()
  return weights
}

describe('gradients', () => {
  it('may be replaced by two taps, one of them asynchronous, and what was replaced is disposed of', async () => {
    const twice = plugin('twice', ({ hooks }) => {
      hooks.gradients.tap('twice', (gradients) => scaled(gradients as tf.NamedTensorMap, 2))
    })
    const half = plugin('half', ({ hooks }) => {
      hooks.gradients.tapPromise('half', async (gradients) => {
        await Promise.resolve()
        return scaled(gradients as tf.NamedTensorMap, 0.5)
      })
    })
    expect(await weightsAfter({ plugins: [twice, half] })).toEqual(await weightsAfter({}))
    expect(await weightsAfter({ plugins: [twice] })).not.toEqual(await weightsAfter({}))
  })

  it('may be replaced in part, the rest being passed on as it is', async () => {
    const freezing = plugin('freezing', ({ hooks }) => {
      hooks.gradients.tap('freezing', (gradients) => ({
        ...gradients,
        w: tf.zerosLike(gradients?.w as tf.Tensor),
      }))
    })
    const [w, b] = await weightsAfter({ plugins: [freezing] })
    expect(w).toBe(0)
    expect(b).not.toBe(0)
  })

  it('carry the names of the module, not those of tfjs', async () => {
    const names = new Set<string>()
    const looking = plugin('looking', ({ hooks }) => {
      hooks.gradients.tap('looking', (gradients) => {
        for (const name in gradients) names.add(name)
      })
    })
    await weightsAfter({ plugins: [looking] })
    expect([...names]).toEqual(['w', 'b'])
  })

  it('that a tap withholds skip the optimizer, and no later tap is asked', async () => {
    const module = lineModule()
    let asked = 0
    const withholding = plugin('withholding', ({ hooks }) => {
      hooks.gradients.tap('withholding', (_, { batch }) => (batch % 2 === 0 ? null : undefined))
    })
    const later = plugin('later', ({ hooks }) => {
      hooks.gradients.tapPromise('later', async () => void asked++)
    })
    await withoutLeak(async () => {
      const { trainer, seen } = lab({ plugins: [withholding, later] })
      await trainer.fit(module, { train: lineBatches(6) })
      expect(trainer.state.step).toBe(3)
      expect(asked).toBe(3)
      expect(seen.of('batchEnd').map(({ outcome }) => outcome)).toEqual([
        'skipped',
        'completed',
        'skipped',
        'completed',
        'skipped',
        'completed',
      ])
      expect(seen.of('stepStart')).toHaveLength(3)
    })
    module.dispose()
  })

  const wrong = [
    {
      what: 'an unknown name',
      value: () => ({ kernel: tf.zeros([1]) }),
      text: '"kernel", which is not a variable',
    },
    { what: 'a number', value: () => 3, text: 'gradients' },
    { what: 'a text as a gradient', value: () => ({ w: 'zero' }), text: '"w"' },
  ]
  for (const { what, value, text } of wrong) {
    it(`that become ${what} are an error that names the hook`, async () => {
      const module = lineModule()
      const breaking = plugin('breaking', ({ hooks }) => {
        hooks.gradients.tap('breaking', value as never)
      })
      await withoutLeak(async () => {
        const { trainer, seen } = lab({ plugins: [breaking] })
        const error = await rejection(trainer.fit(module, { train: lineBatches(2) }))
        expect(error).toMatchObject({ code: 'REG_HOOK_VALUE', hook: 'gradients' })
        expect(error.message).toContain(text)
        expect(seen.unpaired()).toEqual([])
      })
      module.dispose()
    })
  }
})

describe('the batch', () => {
  const doubled = ({ x, y }: LineBatch): LineBatch => ({ x: tf.mul(x, 2), y: tf.mul(y, 2) })

  it('may be replaced, by two taps too; every batch is disposed of once', async () => {
    const seen: number[][] = []
    const doubling = (name: string) =>
      plugin(name, ({ hooks }) => {
        hooks.batch.tap(name, (batch) => doubled(batch as LineBatch))
      })
    const looking = plugin('looking', ({ hooks }) => {
      hooks.batchStart.tap(
        'looking',
        ({ data }) => void seen.push([...(data as LineBatch).y.dataSync()]),
      )
    })
    await weightsAfter({ plugins: [doubling('one'), doubling('two'), looking] }, 1)
    const plain = lineBatches(1)[Symbol.iterator]().next().value as LineBatch
    expect(seen).toEqual([[...plain.y.dataSync()].map((value) => Math.fround(4 * value))])
    tf.dispose([plain.x, plain.y])
  })

  it('that keeps a part of the old one keeps it alive', async () => {
    const partly = plugin('partly', ({ hooks }) => {
      hooks.batch.tapPromise('partly', async (batch) => ({
        ...(batch as LineBatch),
        x: tf.mul((batch as LineBatch).x, 1),
      }))
    })
    expect(await weightsAfter({ plugins: [partly] })).toEqual(await weightsAfter({}))
  })

  it.each([
    { source: 'an array', wrap: (list: LineBatch[]) => list },
    {
      source: 'a loader with ownsBatches',
      wrap: (list: LineBatch[]): Iterable<LineBatch> & LoaderTraits => ({
        ownsBatches: true,
        [Symbol.iterator]: () => list[Symbol.iterator](),
      }),
    },
  ])('of $source is never disposed of, replaced or not', async ({ wrap }) => {
    const module = lineModule()
    const batches = [...lineBatches(3)]
    const replacing = plugin('replacing', ({ hooks }) => {
      hooks.batch.tap('replacing', (batch, { batch: index }) =>
        index === 1 ? doubled(batch as LineBatch) : undefined,
      )
    })
    await withoutLeak(async () => {
      const { trainer } = lab({ maxEpochs: 2, sanityBatches: 1, plugins: [replacing] })
      await trainer.fit(module, { train: wrap(batches), validation: wrap(batches) })
      await trainer.test(module, wrap(batches))
      for await (const output of trainer.predict(module, wrap(batches)))
        tf.dispose(output as tf.Tensor)
    })
    expect(batches.every(({ x, y }) => !x.isDisposed && !y.isDisposed)).toBe(true)
    tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
    module.dispose()
  })
})

describe('the loss and the options', () => {
  it('loss: a tap inside the tape changes what is trained on', async () => {
    const doubling = plugin('doubling', ({ hooks }) => {
      hooks.loss.tap('doubling', (loss) => tf.mul(loss, 0))
    })
    expect(await weightsAfter({ plugins: [doubling] })).toEqual([0, 0])
  })

  it.each([
    { what: 'a number', value: () => 3 },
    { what: 'a vector', value: (loss: tf.Tensor) => tf.tile(tf.reshape(loss, [1]), [2]) },
  ])('loss: $what is refused', async ({ value }) => {
    const module = lineModule()
    const breaking = plugin('breaking', ({ hooks }) => {
      hooks.loss.tap('breaking', value as never)
    })
    await withoutLeak(async () => {
      const error = await rejection(
        lab({ plugins: [breaking] }).trainer.fit(module, { train: lineBatches(1) }),
      )
      expect(error.code).toBe('REG_STEP_OUTPUT')
      expect(error.message).toContain('a tap of "loss"')
    })
    module.dispose()
  })

  it('configure: rewritten options hold for the run, and each run begins with the original ones', async () => {
    const seen: unknown[] = []
    const rewriting = plugin('rewriting', ({ hooks }) => {
      hooks.configure.tap('rewriting', (options, { stage }) => {
        seen.push([stage, options.maxEpochs])
        return { ...options, maxEpochs: 3 }
      })
      hooks.setup.tap(
        'rewriting',
        ({ run }) => void seen.push(run.options.maxEpochs, Object.isFrozen(run.options)),
      )
    })
    const module = lineModule()
    const { trainer } = lab({ maxEpochs: 1, plugins: [rewriting] })
    await trainer.fit(module, { train: lineBatches(1) })
    expect(trainer.state.epoch).toBe(3)
    await trainer.fit(module, { train: lineBatches(1) })
    await trainer.test(module, lineBatches(1))
    expect(seen).toEqual([['fit', 1], 3, true, ['fit', 1], 3, true, ['test', 1], 3, true])
    module.dispose()
  })

  it('configure: an unknown or wrong option is refused', async () => {
    const module = lineModule()
    for (const [options, code] of [
      [{ maxEpoch: 3 }, 'REG_OPTION_UNKNOWN'],
      [{ maxEpochs: 'three' }, 'REG_OPTION_INVALID'],
    ] as const) {
      const rewriting = plugin('rewriting', ({ hooks }) => {
        hooks.configure.tap('rewriting', () => options as never)
      })
      const { trainer, seen } = lab({ plugins: [rewriting] })
      const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
      expect(error.code).toBe(code)
      expect(seen.unpaired()).toEqual([])
    }
    module.dispose()
  })
})
