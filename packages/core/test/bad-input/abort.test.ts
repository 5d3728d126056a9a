import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { HookName, HookPayload, Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Aborts in the n-th call of a hook. */
function aborting(hook: HookName, call: number, way: 'tap' | 'tapPromise') {
  const controller = new AbortController()
  let calls = 0
  return {
    signal: controller.signal,
    plugin: plugin('aborting', ({ hooks }) => {
      const hooked = hooks[hook] as unknown as Record<
        string,
        (name: string, fn: () => unknown) => void
      >
      hooked[way]?.('aborting', () => {
        if (++calls === call) controller.abort('enough')
        return way === 'tap' ? undefined : Promise.resolve()
      })
    }),
  }
}

const moments: {
  hook: HookName
  call?: number
  step: number
  epoch?: number
  saves: HookPayload<'save'>['reason'][]
  /** The innermost end hook that says so. */
  end: HookName
}[] = [
  { hook: 'setup', step: 0, saves: [], end: 'fitEnd' },
  { hook: 'sanityStart', step: 0, saves: [], end: 'validationEnd' },
  { hook: 'validationBatchStart', step: 0, saves: [], end: 'validationEnd' },
  { hook: 'fitStart', step: 0, saves: [], end: 'fitEnd' },
  { hook: 'batchStart', call: 2, step: 2, saves: ['interrupted'], end: 'epochEnd' },
  { hook: 'gradients', call: 3, step: 3, saves: ['interrupted'], end: 'epochEnd' },
  { hook: 'batchEnd', call: 1, step: 1, saves: ['interrupted'], end: 'epochEnd' },
  { hook: 'batchEnd', call: 3, step: 3, saves: ['interrupted'], end: 'epochEnd' },
  { hook: 'validationBatchEnd', call: 3, step: 3, saves: ['interrupted'], end: 'validationEnd' },
  { hook: 'epochEnd', call: 1, step: 3, epoch: 1, saves: ['boundary'], end: 'fitEnd' },
  { hook: 'save', call: 1, step: 3, epoch: 1, saves: ['boundary'], end: 'fitEnd' },
  {
    hook: 'batchEnd',
    call: 5,
    step: 5,
    epoch: 1,
    saves: ['boundary', 'interrupted'],
    end: 'epochEnd',
  },
]

describe('an abort of a fit', () => {
  const table = moments.flatMap((moment) =>
    (['tap', 'tapPromise'] as const).map((way) => ({ call: 1, epoch: 0, way, ...moment })),
  )
  it.each(table)(
    'in call $call of $hook ($way): interrupted at step $step, saves $saves, first end $end',
    async ({ hook, call, way, step, epoch, saves, end }) => {
      const module = lineModule()
      await withoutLeak(async () => {
        const { signal, plugin } = aborting(hook, call, way)
        const { trainer, seen } = lab({ maxEpochs: 2, sanityBatches: 2, plugins: [plugin] })
        const data = { train: lineBatches(3), validation: lineBatches(2) }
        const result = await trainer.fit(module, data, { signal })
        expect(result.stop).toEqual({ kind: 'signal', reason: 'enough' })
        expect(trainer.state).toMatchObject({ stage: 'idle', step, epoch })
        expect(seen.unpaired()).toEqual([])
        expect(seen.of('save').map(({ reason }) => reason)).toEqual(saves)
        expect(seen.of('monitor')).toHaveLength(epoch)
        const ends = seen.entries.filter(({ payload }) => payload.outcome === 'interrupted')
        expect(ends[0]?.name).toBe(end)
        expect(ends.slice(-2).map(({ name }) => name)).toEqual(['fitEnd', 'teardown'])
        const saved = seen.entries.findIndex(
          ({ name, payload }) => name === 'save' && payload.reason === 'interrupted',
        )
        expect(saved).toBeLessThan(seen.entries.indexOf(ends[0] as never))
      })
      module.dispose()
    },
  )

  it('before the start: nothing runs but the ends, and no weight changes', async () => {
    const module = lineModule()
    const { trainer, seen } = lab({ sanityBatches: 2 })
    const data = { train: lineBatches(3), validation: lineBatches(2) }
    const signal = AbortSignal.abort(new Error('not today'))
    const result = await withoutLeak(() => trainer.fit(module, data, { signal }))
    expect(result.stop).toEqual({ kind: 'signal', reason: 'not today' })
    expect(seen.names).toEqual(['setup', 'fitStart', 'fitEnd', 'teardown'])
    expect(seen.of('teardown')).toMatchObject([{ outcome: 'interrupted' }])
    expect([...module.w.dataSync()]).toEqual([0])
    module.dispose()
  })

  it('is seen by plugins and steps as ctx.signal, and does not reach the next run', async () => {
    const shape = lineModule()
    const signals: boolean[] = []
    const module = lineModule({
      trainingStep: (batch, context) => {
        signals.push(context.signal.aborted)
        return shape.trainingStep(batch, context)
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { signal, plugin: abort } = aborting('batchStart', 2, 'tap')
    const watching = plugin('watching', (context) => {
      context.hooks.batchEnd.tap('watching', () => void signals.push(context.signal.aborted))
    })
    const { trainer } = lab({ plugins: [abort, watching] })
    await trainer.fit(module, { train: lineBatches(4) }, { signal })
    expect(signals.splice(0)).toEqual([false, false, true, true])
    const { stop } = await trainer.fit(module, { train: lineBatches(1) })
    expect(stop.kind).toBe('maxEpochs')
    expect(signals).toEqual([false, false])
    for (const each of [module, shape]) each.dispose()
  })

  it.each([
    { step: 2, position: { epoch: 0, batch: 2, phase: 'afterBatch' } },
    { step: 3, position: { epoch: 0, batch: 3, phase: 'afterLastBatch' } },
    { step: 4, position: { epoch: 1, batch: 1, phase: 'afterBatch' } },
  ])(
    'after step $step of 6 is gone on with from its snapshot: the weights of a whole run',
    async ({ step, position }) => {
      const weights: number[][] = []
      for (const isAborted of [false, true]) {
        const module = lineModule()
        const controller = new AbortController()
        const { trainer } = lab({ maxEpochs: 2 })
        trainer.on('batchEnd').subscribe((event) => {
          if (isAborted && event.step === step) controller.abort()
        })
        const data = () => ({ train: lineBatches(3), validation: lineBatches(1) })
        await trainer.fit(module, data(), { signal: controller.signal })
        if (isAborted) {
          const resumeFrom = await trainer.snapshot()
          expect(resumeFrom.meta.position).toMatchObject({ ...position, step })
          const { trainer: next } = lab({ maxEpochs: 2 })
          await next.fit(module, data(), { resumeFrom })
          expect(next.state).toMatchObject({ step: 6, epoch: 2, validations: 2 })
        }
        weights.push([...module.w.dataSync(), ...module.b.dataSync()])
        module.dispose()
      }
      expect(weights[1]).toEqual(weights[0])
    },
  )
})

/** Losses of batches whose x is 1 to 5: the means so far are 1, 1.5, 2, 2.5 and 3. */
const evaluating = () =>
  lineModule({
    validationStep: ({ x }) => ({ loss: tf.mean(x) }),
    testStep: ({ x }, context) => {
      context.log('seen', 1, { reduce: 'sum' })
      return { loss: tf.mean(x) }
    },
    predictStep: ({ x }) => tf.mul(x, 2),
  })

function* counted() {
  for (const x of [1, 2, 3, 4, 5]) yield { x: tf.tensor2d([[x]]), y: tf.tensor2d([[0]]) }
}

/** Runs a stage to its end, and gives how many outputs a prediction yielded. */
async function evaluated(
  trainer: Trainer,
  stage: 'validate' | 'test' | 'predict',
  signal: AbortSignal,
) {
  const module = evaluating()
  let yielded = 0
  const run = async () => {
    if (stage !== 'predict') return trainer[stage](module, counted, { signal })
    for await (const output of trainer.predict(module, counted, { signal })) {
      yielded++
      tf.dispose(output as tf.Tensor)
    }
    return undefined
  }
  try {
    return { error: await rejection(run()), yielded }
  } finally {
    module.dispose()
  }
}

describe('an abort of a', () => {
  const places = (['validate', 'test', 'predict'] as const).flatMap((stage) =>
    [1, 2, 5].map((call) => ({ stage, call })),
  )
  it.each(places)(
    '$stage in batch $call of 5 rejects with the means so far',
    async ({ stage, call }) => {
      await withoutLeak(async () => {
        const kind = stage === 'validate' ? 'validation' : stage
        const { signal, plugin } = aborting(`${kind}BatchEnd`, call, 'tap')
        const { trainer, seen } = lab({ plugins: [plugin] })
        const { error, yielded } = await evaluated(trainer, stage, signal)
        expect(error).toMatchObject({ code: 'REG_INTERRUPTED', cause: 'enough' })
        const loss = (1 + call) / 2
        const metrics = { val_loss: loss, test_loss: loss, seen: call }
        const expected = { validate: ['val_loss'], test: ['seen', 'test_loss'], predict: [] }
        const entries = (expected[stage] as (keyof typeof metrics)[]).map((name) => [
          name,
          metrics[name],
        ])
        const data = { stage, batches: call, reason: 'enough' }
        expect(error.data).toEqual({ ...data, metrics: Object.fromEntries(entries) })
        expect(yielded).toBe(stage === 'predict' ? call : 0)
        expect(seen.unpaired()).toEqual([])
        expect(seen.of(`${kind}BatchEnd`)).toHaveLength(call)
        expect(seen.of(`${kind}End`)).toMatchObject([{ outcome: 'interrupted' }])
        expect(seen.of('teardown')).toMatchObject([{ outcome: 'interrupted' }])
        expect(seen.of('error')).toEqual([])
        expect(trainer.state).toMatchObject({ stage: 'idle', validations: 0 })
      })
    },
  )

  it.each(['validate', 'test', 'predict'] as const)(
    '%s before it begins uses no batch, and rejects',
    async (stage) => {
      await withoutLeak(async () => {
        const kind = stage === 'validate' ? 'validation' : stage
        const { trainer, seen } = lab()
        const signal = AbortSignal.abort(new Error('not today'))
        const { error, yielded } = await evaluated(trainer, stage, signal)
        expect(error.code).toBe('REG_INTERRUPTED')
        const data = { stage, batches: 0, reason: 'not today', metrics: {} }
        expect([error.data, yielded]).toEqual([data, 0])
        expect(seen.names).toEqual(['setup', `${kind}Start`, `${kind}End`, 'teardown'])
      })
    },
  )

  it.each(['validate', 'test', 'predict'] as const)(
    '%s whose loader ends on it without a batch is interrupted, not out of data',
    async (stage) => {
      const controller = new AbortController()
      const { trainer } = lab()
      const module = evaluating()
      const data = (): LineBatch[] => {
        controller.abort(new Error('enough'))
        return []
      }
      const { signal } = controller
      const run = async () => {
        if (stage !== 'predict') return trainer[stage](module, data, { signal })
        for await (const _ of trainer.predict(module, data, { signal }));
      }
      await expect(run()).rejects.toMatchObject({ code: 'REG_INTERRUPTED' })
      module.dispose()
    },
  )

  it('test of several loaders opens none after it', async () => {
    const module = evaluating()
    const opened: string[] = []
    const loader = (name: string) => () => {
      opened.push(name)
      return counted()
    }
    const { signal, plugin } = aborting('testBatchEnd', 5, 'tap')
    const { trainer } = lab({ plugins: [plugin] })
    const run = trainer.test(module, { a: loader('a'), b: loader('b') }, { signal })
    const { data } = await rejection(run)
    expect(data.metrics).toEqual({ 'test_loss/a': 3, 'seen/a': 5 })
    expect(opened).toEqual(['a'])
    module.dispose()
  })
})

describe('a plugin that logs at the end of each epoch and validation', () => {
  const logs = () =>
    plugin('logs', ({ id, hooks, log }) => {
      hooks.epochEnd.tap(id, () => log('mine', 1))
      hooks.validationEnd.tap(id, () => log('val_mine', 1))
    })

  it.each<HookName>(['batchEnd', 'validationBatchEnd'])(
    'does not disturb a soft end after an abort in %s',
    async (hook) => {
      const module = lineModule()
      const { plugin: aborts, signal } = aborting(hook, 1, 'tap')
      const { trainer, reports } = lab({ maxEpochs: 2, plugins: [logs(), aborts] })
      const data = { train: lineBatches(3), validation: lineBatches(2) }
      const { stop, history } = await withoutLeak(() => trainer.fit(module, data, { signal }))
      expect(stop).toEqual({ kind: 'signal', reason: 'enough' })
      expect(history).toEqual([])
      expect(reports).toEqual([])
      module.dispose()
    },
  )

  it.each<HookName>(['batchEnd', 'validationBatchEnd'])(
    'adds nothing to an error in %s',
    async (hook) => {
      const module = lineModule()
      const fails = plugin('fails', ({ id, hooks }) => {
        const hooked = hooks[hook] as { tap(name: string, fn: () => void): void }
        hooked.tap(id, () => {
          throw new Error('the first')
        })
      })
      const { trainer, reports } = lab({ maxEpochs: 2, plugins: [logs(), fails] })
      const data = { train: lineBatches(3), validation: lineBatches(2) }
      await withoutLeak(() => expect(trainer.fit(module, data)).rejects.toThrow('the first'))
      expect(reports).toEqual([])
      module.dispose()
    },
  )
})
