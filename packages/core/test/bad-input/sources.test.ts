import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Batches that note what happens to their iterator; one that fails throws after `failAfter` batches. */
function watched(isAsync: boolean, failAfter = Number.POSITIVE_INFINITY) {
  const notes: string[] = []
  let given = 0
  const next = (): IteratorResult<LineBatch> => {
    if (given === failAfter) throw new Error('the disk is gone')
    given++
    return { done: false, value: lineBatches(1)[Symbol.iterator]().next().value as LineBatch }
  }
  const close = (): IteratorResult<LineBatch> => {
    notes.push('closed')
    return { done: true, value: undefined }
  }
  const source = isAsync
    ? { [Symbol.asyncIterator]: () => ({ next: async () => next(), return: async () => close() }) }
    : { [Symbol.iterator]: () => ({ next, return: close }) }
  return { notes, source: source as Iterable<LineBatch> }
}

describe('a source that fails', () => {
  it.each([
    { kind: 'synchronous', isAsync: false },
    { kind: 'asynchronous', isAsync: true },
  ])(
    'in mid-epoch ($kind): named, counted, with its cause, without a leak',
    async ({ isAsync }) => {
      const module = lineModule()
      await withoutLeak(async () => {
        const { trainer, seen } = lab()
        const { source } = watched(isAsync, 2)
        const error = await rejection(trainer.fit(module, { train: source }))
        expect(error.code).toBe('REG_DATA_FAILED')
        expect(error.message).toContain('data.train failed after 2 batches: the disk is gone')
        expect((error.cause as Error).message).toBe('the disk is gone')
        expect(seen.unpaired()).toEqual([])
        expect(seen.of('epochEnd')).toMatchObject([{ outcome: 'failed', step: 2 }])
      })
      module.dispose()
    },
  )

  it.each(['validate', 'test', 'predict'] as const)('in %s: the same', async (stage) => {
    const module = lineModule()
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const { source } = watched(false, 2)
      const run = async () => {
        if (stage !== 'predict') return trainer[stage](module, { a: source as Iterable<LineBatch> })
        for await (const output of trainer.predict(module, source)) tf.dispose(output as tf.Tensor)
        return undefined
      }
      const error = await rejection(run())
      expect(error.code).toBe('REG_DATA_FAILED')
      expect(error.message).toContain('failed after 2 batches')
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it('when it is opened: named', async () => {
    const module = lineModule()
    const { trainer } = lab()
    const train = async (): Promise<never> => {
      throw new Error('no such file')
    }
    const error = await rejection(trainer.fit(module as never, { train }))
    expect(error.code).toBe('REG_DATA_FAILED')
    expect(error.message).toContain('data.train could not be opened: no such file')
    module.dispose()
  })

  it.each([
    { what: 'a number', train: 3, text: 'data.train is 3' },
    { what: 'nothing', train: undefined, text: 'data.train is undefined' },
    { what: 'a function that makes none', train: () => 3, text: 'data.train is 3' },
    { what: 'a plain object', train: { x: 1 }, text: 'expected something iterable' },
    { what: 'a string', train: 'mnist', text: 'data.train is "mnist"' },
  ])('because it is $what', async ({ train, text }) => {
    const module = lineModule()
    const { trainer } = lab()
    const error = await rejection(trainer.fit(module as never, { train } as never))
    expect(error.code).toBe('REG_DATA_INVALID')
    expect(error.message).toContain(text)
    module.dispose()
  })

  it('because there are no data, or of an unknown kind', async () => {
    const module = lineModule()
    const none = await rejection(lab().trainer.fit(module as never, undefined as never))
    expect(none.message).toMatch(/undefined.*expected \{ train, validation\?/)
    const misspelt = { train: lineBatches(1), valdiation: lineBatches(1) }
    const unknown = await rejection(lab().trainer.fit(module as never, misspelt as never))
    expect(unknown.code).toBe('REG_DATA_INVALID')
    expect(unknown.message).toContain('Did you mean "validation"?')
    module.dispose()
  })

  it.each(['validation', 'test'] as const)('because a %s has no batch', async (kind) => {
    const module = lineModule()
    const { trainer, seen } = lab()
    const run =
      kind === 'test'
        ? trainer.test(module, { a: lineBatches(1), b: lineBatches(0) })
        : trainer.fit(module, { train: lineBatches(1), validation: [] as LineBatch[] })
    const error = await withoutLeak(() => rejection(run))
    expect(error.code).toBe('REG_DATA_EMPTY')
    expect(error.message).toContain(`data.${kind}`)
    expect(seen.unpaired()).toEqual([])
    module.dispose()
  })
})

describe('the iterator of a source', () => {
  const ways = [false, true].flatMap((isAsync) => [
    { isAsync, way: 'maxSteps', limits: { maxSteps: 2, maxEpochs: 9 } },
    { isAsync, way: 'limitBatches', limits: { limitBatches: { train: 2 } } },
  ])
  it.each(ways)(
    'is closed after an early stop by $way (asynchronous: $isAsync)',
    async ({ isAsync, limits }) => {
      const module = lineModule()
      const { notes, source } = watched(isAsync)
      await withoutLeak(() => lab(limits).trainer.fit(module, { train: source }))
      expect(notes).toEqual(['closed'])
      module.dispose()
    },
  )

  it('is closed when a plugin, a step or the signal ends the run', async () => {
    const module = lineModule()
    const stopping = plugin('stopping', ({ hooks, requestStop }) => {
      hooks.batchEnd.tap('stopping', () => requestStop('enough'))
    })
    const throwing = plugin('throwing', ({ hooks }) => {
      hooks.batchEnd.tap('throwing', () => {
        throw new Error('enough')
      })
    })
    for (const [plugins, ends] of [[stopping], [throwing]].map(
      (list, index) => [list, index] as const,
    )) {
      const { notes, source } = watched(false)
      const run = lab({ plugins }).trainer.fit(module, { train: source })
      await withoutLeak<unknown>(() => (ends === 0 ? run : rejection(run)))
      expect(notes).toEqual(['closed'])
    }
    const { notes, source } = watched(true)
    const controller = new AbortController()
    const { trainer } = lab()
    trainer.on('batchEnd').subscribe(() => controller.abort())
    await withoutLeak(() => trainer.fit(module, { train: source }, { signal: controller.signal }))
    expect(notes).toEqual(['closed'])
    module.dispose()
  })

  it('of a validation is closed after the sanity check and after a limit', async () => {
    const module = lineModule()
    const { notes, source } = watched(true)
    const { trainer, seen } = lab({ sanityBatches: 1, limitBatches: { validation: 2 } })
    await withoutLeak(() => trainer.fit(module, { train: lineBatches(1), validation: source }))
    expect(seen.of('validationBatchEnd')).toHaveLength(3)
    expect(notes).toEqual(['closed', 'closed'])
    module.dispose()
  })

  it('is closed when a prediction is left early, which ends the run as stopped', async () => {
    const module = lineModule()
    const { notes, source } = watched(false)
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      for await (const output of trainer.predict(module, source)) {
        tf.dispose(output as tf.Tensor)
        break
      }
      expect(seen.unpaired()).toEqual([])
      expect(seen.of('predictEnd')).toMatchObject([{ outcome: 'stopped' }])
      expect(seen.of('teardown')).toMatchObject([{ outcome: 'stopped' }])
      expect(trainer.state.stage).toBe('idle')
      await trainer.test(module, lineBatches(1))
    })
    expect(notes).toEqual(['closed'])
    module.dispose()
  })

  it('that throws while it is closed is an error of the source', async () => {
    const module = lineModule()
    const train = function* (): Generator<LineBatch> {
      try {
        yield* lineBatches(9)
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: this is what is tested
        throw new Error('cannot close')
      }
    }
    const error = await rejection(lab({ maxSteps: 2 }).trainer.fit(module, { train }))
    expect(error.code).toBe('REG_DATA_FAILED')
    expect(error.message).toContain('cannot close')
    module.dispose()
  })
})

describe('a batch', () => {
  it('of a wrong shape is an error of the step, without a leak', async () => {
    const module = lineModule()
    const train = function* () {
      yield* lineBatches(2)
      yield { x: tf.zeros([4, 2]), y: tf.zeros([4, 1]) } as LineBatch
    }
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, { train }))
      expect(error.code).toBe('REG_MODULE_FAILED')
      expect(error.message).toContain('trainingStep failed in batch 3 of epoch 1')
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it.each([0, 1])(
    'that was disposed of before is named as such, in epoch %i too',
    async (epoch) => {
      const module = lineModule()
      const batches = [...lineBatches(2)]
      if (epoch === 0) tf.dispose([batches[0]?.x as tf.Tensor])
      const train = {
        *[Symbol.iterator]() {
          yield* batches
        },
      }
      const { trainer } = lab({ maxEpochs: 2 })
      const error = await rejection(trainer.fit(module, { train }))
      expect(error.code).toBe('REG_BATCH_DISPOSED')
      expect(error.message).toContain('must say so with ownsBatches: true')
      tf.dispose(batches.flatMap(({ x, y }) => [x, y]))
      module.dispose()
    },
  )
})
