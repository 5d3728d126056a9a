import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  type FitData,
  type HookName,
  isRegimenError,
  type LogOptions,
  lifecycle,
  type Snapshot,
  type StepContext,
  type TrainerOptions,
} from '../../src/index.js'
import { lab, onCpu, plugin, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const NAME = 'mine'

/** What a call of `log` in each hook does, whenever it is made: the table of docs/logging.md. */
const TAKEN = {
  epochStart: 'epoch',
  batchStart: 'batch',
  loss: 'batch',
  gradients: 'batch',
  stepStart: 'batch',
  stepEnd: 'batch',
  batchEnd: 'batch',
  epochEnd: 'epoch',
  validationStart: 'validation',
  validationBatchStart: 'validation batch',
  validationBatchEnd: 'validation batch',
  validationEnd: 'validation',
  testStart: 'test',
  testBatchStart: 'test batch',
  testBatchEnd: 'test batch',
  testEnd: 'test',
} as const satisfies Partial<Record<HookName, string>>

const REFUSED = [
  'configure',
  'setup',
  'loadState',
  'sanityStart',
  'sanityEnd',
  'fitStart',
  'batch',
  'monitor',
  'save',
  'fitEnd',
  'predictStart',
  'predictBatchStart',
  'predictBatchEnd',
  'predictEnd',
  'record',
  'saveState',
  'error',
  'teardown',
] as const satisfies readonly HookName[]

/** How often a hook's tap logged, and what that threw. */
interface Calls {
  taken: number
  readonly refused: unknown[]
}

/** A plugin that logs 1 in each call of one hook and goes on where that is refused. */
function logging(hook: HookName, way: 'tap' | 'tapPromise', options?: LogOptions) {
  const calls: Calls = { taken: 0, refused: [] }
  const logs = plugin('logs', ({ id, hooks, log }) => {
    const tappable = hooks[hook] as unknown as Record<
      string,
      (name: string, fn: (value: unknown) => unknown) => void
    >
    const call = (): void => {
      try {
        log(NAME, 1, options)
        calls.taken++
      } catch (thrown) {
        calls.refused.push(thrown)
      }
    }
    tappable[way]?.(id, way === 'tap' ? call : async () => call())
  })
  return { logs, calls }
}

/** An ordinary life of everything: sanity check or not, two epochs, a validation in and after each. */
async function everything(plugins: TrainerOptions['plugins'], sanityBatches: number) {
  const line = lineModule()
  const { trainer } = lab({
    maxEpochs: 2,
    sanityBatches,
    validateEvery: { epochs: 0.5 },
    logEvery: { steps: 1 },
    ...(plugins && { plugins }),
  })
  let saved: Snapshot | undefined
  const data: FitData<LineBatch> = { train: lineBatches(2), validation: lineBatches(2) }
  trainer.hooks.save.tapPromise('test', async ({ snapshot, counters }) => {
    if (counters.step === 3) saved = await snapshot()
  })
  try {
    return await withoutLeak(async () => {
      await trainer.fit(line, data)
      await trainer.fit(line, data, { resumeFrom: saved as Snapshot })
      await trainer.validate(line, lineBatches(2))
      await trainer.test(line, lineBatches(2))
      for await (const output of trainer.predict(line, lineBatches(2)))
        tf.dispose(output as tf.Tensor)
      const wrong = { ...line, trainingStep: () => 5 as never }
      await trainer.fit(wrong, data).catch(() => undefined)
      return saved
    })
  } finally {
    line.dispose()
  }
}

describe('the hooks in which a value can be logged', () => {
  it('are told for every hook', () => {
    const hooks = Object.entries(lifecycle).filter(([, { kind }]) => /series|waterfall/.test(kind))
    const told = [...Object.keys(TAKEN), ...REFUSED].sort()
    expect(told).toEqual(hooks.map(([name]) => name).sort())
  })

  const ways = (['tap', 'tapPromise'] as const).flatMap((way) =>
    [0, 2].map((sanityBatches) => ({ way, sanityBatches })),
  )
  const taken = Object.keys(TAKEN) as (keyof typeof TAKEN)[]
  it.each(taken)('%s takes it, always', async (hook) => {
    for (const { way, sanityBatches } of ways) {
      if (hook === 'loss' && way === 'tapPromise') continue
      const { logs, calls } = logging(hook, way)
      await everything([logs], sanityBatches)
      expect(calls.refused).toEqual([])
      expect(calls.taken).toBeGreaterThan(0)
    }
  })

  it.each(REFUSED)('%s refuses it, always', async (hook) => {
    for (const { way, sanityBatches } of ways) {
      const { logs, calls } = logging(hook, way)
      await everything([logs], sanityBatches)
      const codes = calls.refused.map((thrown) => isRegimenError(thrown) && thrown.code)
      expect(calls.taken).toBe(0)
      if (sanityBatches > 0 || !hook.startsWith('sanity'))
        expect(new Set(codes)).toEqual(new Set(['REG_LOG_PLACE']))
    }
  })

  it('do not change with an await before it', async () => {
    for (const [hook, wanted] of [
      ['monitor', 'REG_LOG_PLACE'],
      ['save', 'REG_LOG_PLACE'],
      ['validationStart', 'taken'],
      ['epochStart', 'taken'],
    ] as const) {
      const found = new Set<unknown>()
      const logs = plugin('logs', ({ id, hooks, log }) => {
        hooks[hook].tapPromise(id, async () => {
          await new Promise((resolve) => setImmediate(resolve))
          try {
            log(NAME, 1)
            found.add('taken')
          } catch (thrown) {
            found.add((thrown as { code?: string }).code)
          }
        })
      })
      await everything([logs], 2)
      expect([hook, ...found]).toEqual([hook, wanted])
    }
  })

  it('are none in predictStep', async () => {
    const module = lineModule({ predictStep: (_, context) => context.log(NAME, 1) })
    const run = lab().trainer.predict(module, lineBatches(1)).next()
    await expect(run).rejects.toMatchObject({ code: 'REG_LOG_PLACE', data: { metric: NAME } })
    module.dispose()
  })
})

/** Fits with a plugin that logs in a hook, what `valueAt` says of the payload. */
async function fitted(
  hook: 'epochStart' | 'validationStart' | 'epochEnd' | 'batchEnd',
  valueAt: (counters: { epoch: number; step: number }) => number,
  options?: LogOptions,
  more: TrainerOptions & { resumeFrom?: Snapshot } = {},
) {
  const { resumeFrom, ...trainerOptions } = more
  const module = lineModule()
  const logs = plugin('logs', ({ id, hooks, log }) => {
    hooks[hook].tap(id, (payload: { epoch: number; step: number }) =>
      log(NAME, valueAt(payload), options),
    )
  })
  const saved: Snapshot[] = []
  const keeps = plugin('keeps', ({ id, hooks, requestSave }) => {
    hooks.batchEnd.tap(id, () => requestSave())
    hooks.save.tapPromise(id, async ({ snapshot }) => void saved.push(await snapshot()))
  })
  const { trainer, seen } = lab({ maxEpochs: 3, ...trainerOptions, plugins: [logs, keeps] })
  const data = { train: lineBatches(3), validation: lineBatches(2) }
  try {
    const result = await trainer.fit(module, data, resumeFrom && { resumeFrom })
    return { ...result, saved, seen }
  } finally {
    module.dispose()
  }
}

describe('what is logged before the first batch', () => {
  it('in epochStart is one value of each epoch, and needs no batch size', async () => {
    const { history, seen } = await fitted('epochStart', ({ epoch }) => 10 * epoch)
    expect(history.map((row) => row[NAME])).toEqual([0, 10, 20])
    const records = seen.of('record').filter((one) => 'values' in one && NAME in one.values)
    expect(records.map(({ kind, epoch }) => [kind, epoch])).toEqual([
      ['metrics', 0],
      ['metrics', 1],
      ['metrics', 2],
    ])
  })

  it.each([0, 2])('in validationStart is one of each validation, sanity %s', async (sanity) => {
    const options = { sanityBatches: sanity, validateEvery: { epochs: 0.34 } }
    const { history, metrics } = await fitted('validationStart', ({ step }) => step, {}, options)
    expect(history.map((row) => row[NAME])).toEqual([3, 6, 9])
    expect(metrics[NAME]).toBe(9)
  })

  it.each(['epochStart', 'validationStart'] as const)(
    'in %s is no value of a step',
    async (hook) => {
      const run = fitted(hook, () => 1, { onStep: true })
      await expect(run).rejects.toMatchObject({ code: 'REG_LOG_INVALID', hook })
    },
  )

  it.each(['mean', 'sum', 'max'] as const)(
    'in epochStart counts once where its epoch is resumed: %s',
    async (reduce) => {
      const whole = await fitted('epochStart', ({ epoch }) => epoch + 1, { reduce })
      expect(whole.history.map((row) => row[NAME])).toEqual([1, 2, 3])
      for (const resumeFrom of whole.saved) {
        const resumed = await fitted(
          'epochStart',
          ({ epoch }) => epoch + 1,
          { reduce },
          { resumeFrom },
        )
        expect(resumed.history).toEqual(whole.history)
      }
    },
  )
})

describe('what is logged at the end of an epoch', () => {
  /** Three batches, whose signal is aborted in the last one or never. */
  async function ended(isAborted: boolean, resumeFrom?: Snapshot) {
    const module = lineModule()
    const abort = new AbortController()
    let saved: Snapshot | undefined
    const logs = plugin('logs', ({ id, hooks, log }) => {
      hooks.batchEnd.tap(id, ({ batch }) => {
        log(NAME, batch, { onEpoch: true, reduce: 'sum' })
        if (isAborted && batch === 3) abort.abort()
      })
      hooks.epochEnd.tap(id, () => log(NAME, 100))
      hooks.save.tapPromise(id, async ({ reason, snapshot }) => {
        if (reason === 'interrupted') saved = await snapshot()
      })
    })
    const { trainer } = lab({ plugins: [logs] })
    const data = { train: lineBatches(3) }
    const { history } = await trainer.fit(module, data, {
      signal: abort.signal,
      ...(resumeFrom && { resumeFrom }),
    })
    module.dispose()
    return { history, saved }
  }

  it('replaces what the steps logged by that name, also when resumed after the last batch', async () => {
    const whole = await ended(false)
    expect(whole.history.map((row) => row[NAME])).toEqual([100])
    const { saved } = await ended(true)
    expect(saved?.meta.position).toMatchObject({ phase: 'afterLastBatch', batch: 3 })
    const resumed = await ended(false, saved)
    expect(resumed.history).toEqual(whole.history)
  })
})

describe('what is logged with a batch', () => {
  it('in validationBatchEnd is weighed by its samples, at the start and the end of all by 1', async () => {
    const module = lineModule({ validationStep: () => undefined })
    const logs = plugin('logs', ({ id, hooks, log }) => {
      hooks.validationBatchEnd.tap(id, ({ evaluated }) => log('middle', evaluated))
      hooks.validationStart.tap(id, () => log('start', 3))
      hooks.validationEnd.tap(id, () => log('end', 4))
    })
    const sizes = [3, 1]
    const batches = function* () {
      for (const size of sizes) yield { x: tf.zeros([size, 1]), y: tf.zeros([size, 1]) } as never
    }
    const { trainer } = lab({ plugins: [logs] })
    const metrics = await trainer.validate(module, batches)
    // (3 · 1 + 1 · 2) / 4
    expect(metrics).toEqual({ start: 3, middle: 1.25, end: 4 })
    module.dispose()
  })

  it('still needs its size', async () => {
    class Rows {}
    const line = lineModule()
    const log = (_: unknown, context: StepContext) => context.log(NAME, 1)
    const run = lab().trainer.validate({ ...line, validationStep: log }, [new Rows()] as never)
    await expect(run).rejects.toMatchObject({ code: 'REG_BATCH_SIZE' })
    line.dispose()
  })
})
