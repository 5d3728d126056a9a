import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  definePlugin,
  type Plugin,
  type Snapshot,
  Trainer,
  type TrainerOptions,
} from '../../src/index.js'
import { lab } from '../helpers/lab.js'
import { endlessLine, lineBatches, lineModule } from '../helpers/line.js'
import { shuffledLine } from '../helpers/shuffled.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const BATCHES = 5
const EPOCHS = 3

/** A plugin that judges: its state begins at infinity and must come back exactly. */
function judge(decisions: string[]): Plugin {
  return definePlugin({
    name: 'judge',
    apply({ hooks }) {
      let best = Number.POSITIVE_INFINITY
      hooks.monitor.tapPromise('judge', async ({ metrics, validation, epoch }) => {
        if (!metrics.has('val_loss')) return
        const value = await metrics.get('val_loss')
        const isBetter = value < best
        best = Math.min(best, value)
        decisions.push(`${validation ? 'v' : '-'}${epoch ? 'e' : '-'} ${value} ${isBetter}`)
      })
      return {
        saveState: () => ({ best }),
        loadState(saved: { best: number }) {
          best = saved.best
        },
      }
    },
  })
}

interface Outcome {
  readonly weights: number[]
  readonly metrics: Readonly<Record<string, number>>
  readonly history: readonly object[]
  readonly decisions: string[]
  readonly counters: object
}

type Optimizer = 'adam' | 'momentum' | 'adamax' | 'rmsprop' | 'adadelta' | 'adagrad' | 'sgd'
const optimizers: Readonly<Record<Optimizer, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.1),
  momentum: () => tf.train.momentum(0.05, 0.9),
  adagrad: () => tf.train.adagrad(0.1),
  adadelta: () => tf.train.adadelta(0.5),
  adam: () => tf.train.adam(0.05),
  adamax: () => tf.train.adamax(0.05),
  rmsprop: () => tf.train.rmsprop(0.02, 0.9, 0.5),
}

interface Life {
  readonly options?: TrainerOptions
  readonly kind?: Optimizer
  /** Batches after which each life ends, counted over all lives. */
  readonly interruptAt?: readonly number[]
  readonly loader?: 'shuffled' | 'plain' | 'generator'
}

/** Trains in as many lives as it takes; each begins with everything new but the snapshot, as text. */
async function live({
  options = {},
  kind = 'adam',
  interruptAt = [],
  loader = 'shuffled',
}: Life): Promise<Outcome> {
  const decisions: string[] = []
  let snapshot: Snapshot | undefined
  let done = 0
  for (let life = 0; ; life++) {
    const module = lineModule({ configureOptimizers: optimizers[kind] })
    const before = tf.memory().numTensors
    const trainer = new Trainer({ maxEpochs: EPOCHS, ...options, plugins: [judge(decisions)] })
    const controller = new AbortController()
    let saved: Snapshot | undefined
    trainer.hooks.batchEnd.tap('test', () => {
      done++
      if (done === interruptAt[life]) controller.abort('the test')
    })
    trainer.hooks.save.tapPromise('test', async ({ reason, snapshot: take }) => {
      if (reason === 'interrupted') saved = await take()
    })
    const train = {
      shuffled: () => shuffledLine(BATCHES),
      plain: () => lineBatches(BATCHES),
      generator: () => endlessLine(BATCHES),
    }[loader]()
    const result = await trainer.fit(
      module,
      { train, validation: lineBatches(2) },
      { signal: controller.signal, ...(snapshot && { resumeFrom: snapshot }) },
    )
    expect(tf.memory().numTensors).toBe(before)
    const weights = [...module.w.dataSync(), ...module.b.dataSync()]
    module.dispose()
    if (result.stop.kind !== 'signal') {
      const { epoch, step, samples, validations } = trainer.state
      const counters = { epoch, step, samples, validations }
      return { weights, metrics: result.metrics, history: result.history, decisions, counters }
    }
    expect(saved).toBeDefined()
    snapshot = revived(saved as Snapshot)
  }
}

/** A snapshot after a round through text and bytes, as through a file. */
function revived({ meta, tensors }: Snapshot): Snapshot {
  const copies = Object.entries(tensors).map(([name, { dtype, shape, data }]) => [
    name,
    { dtype, shape, data: data.slice() },
  ])
  return { meta: JSON.parse(JSON.stringify(meta)), tensors: Object.fromEntries(copies) }
}

describe('a run that is interrupted and resumed', () => {
  const schedules: readonly TrainerOptions[] = [
    {},
    { validateEvery: { steps: 2 } },
    { validateEvery: { epochs: 0.4 } },
    { validateEvery: { epochs: 2 } },
    { maxSteps: 12, maxEpochs: 100 },
  ]
  it.each(schedules)('after any batch equals one that was not, with %j', async (options) => {
    const whole = await live({ options })
    for (let batch = 1; batch <= BATCHES * EPOCHS; batch++) {
      expect(await live({ options, interruptAt: [batch] }), `after batch ${batch}`).toEqual(whole)
    }
  })

  it.each(['generator', 'plain'] as const)(
    'with a %s source, whose batches are read again',
    async (loader) => {
      const whole = await live({ loader })
      for (let batch = 1; batch <= BATCHES * EPOCHS; batch++) {
        expect(await live({ loader, interruptAt: [batch] }), `after batch ${batch}`).toEqual(whole)
      }
    },
  )

  it.each(Object.keys(optimizers) as Optimizer[])('with the state of %s', async (kind) => {
    const whole = await live({ kind })
    expect(await live({ kind, interruptAt: [2, 7, 8, 13] })).toEqual(whole)
  })

  it('after every single batch', async () => {
    const interruptAt = Array.from({ length: BATCHES * EPOCHS }, (_, index) => index + 1)
    expect(await live({ interruptAt })).toEqual(await live({}))
  })
})

describe('a snapshot', () => {
  it('of an ended fit goes on with more epochs as if there had been no end', async () => {
    const whole = await live({ options: { maxEpochs: 4 } })
    const decisions: string[] = []
    const first = lineModule({ configureOptimizers: optimizers.adam })
    const trainer = new Trainer({ maxEpochs: 2, plugins: [judge(decisions)] })
    const data = () => ({ train: shuffledLine(BATCHES), validation: lineBatches(2) })
    const seen: number[] = []
    await trainer.fit(first, data)
    const before = tf.memory().numTensors
    const snapshot = revived(await trainer.snapshot())
    expect(tf.memory().numTensors).toBe(before)
    const second = lineModule({ configureOptimizers: optimizers.adam })
    const longer = new Trainer({ maxEpochs: 4, plugins: [judge(decisions)] })
    longer.hooks.epochStart.tap('test', ({ epoch }) => seen.push(epoch))
    const result = await longer.fit(second, data, { resumeFrom: snapshot })
    expect(seen).toEqual([2, 3])
    expect([...second.w.dataSync(), ...second.b.dataSync()]).toEqual(whole.weights)
    expect(result.history).toEqual(whole.history)
    expect(decisions).toEqual(whole.decisions)
    first.dispose()
    second.dispose()
  })

  it.each([
    { kind: 'maxEpochs', limits: { maxEpochs: 2 }, value: 2 },
    { kind: 'maxSteps', limits: { maxSteps: 4 }, value: 4 },
    { kind: 'maxSteps', limits: { maxSteps: 3 }, value: 3 },
    { kind: 'maxSeconds', limits: { maxSeconds: 0 }, value: 0 },
  ])('that $limits allows no more of trains nothing and says so', async (row) => {
    const [module, train] = [lineModule(), lineBatches(2)]
    const trainer = new Trainer({ maxEpochs: 2 })
    await trainer.fit(module, { train })
    const resumeFrom = await trainer.snapshot()
    const [values, rows] = [await module.w.data(), resumeFrom.meta.history]
    const { trainer: again, reports } = lab({ maxEpochs: 9, ...row.limits })
    const { stop, history } = await again.fit(module, { train }, { resumeFrom })
    expect(stop).toEqual({ kind: row.kind })
    expect(reports.filter((text) => text.includes('snapshot'))).toEqual([
      `The snapshot was taken after 2 epochs and 4 steps, and ${row.kind} is ${row.value}: ` +
        `nothing is trained. Raise ${row.kind} to continue.`,
    ])
    expect(await module.w.data()).toEqual(values)
    expect(history).toEqual(rows)
    module.dispose()
  })

  it('says nothing of the kind where there is something left to train', async () => {
    const [module, train] = [lineModule(), lineBatches(2)]
    const trainer = new Trainer({ maxEpochs: 2 })
    await trainer.fit(module, { train })
    const resumeFrom = await trainer.snapshot()
    const { trainer: again, reports } = lab({ maxEpochs: 3 })
    await again.fit(module, { train }, { resumeFrom })
    expect(reports.filter((text) => text.includes('snapshot'))).toEqual([])
    module.dispose()
  })

  it('of a run with more epochs than allowed is refused', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 2 })
    await trainer.fit(module, { train: lineBatches(2) })
    const snapshot = await trainer.snapshot()
    const shorter = new Trainer({ maxEpochs: 1 })
    await expect(
      shorter.fit(module, { train: lineBatches(2) }, { resumeFrom: snapshot }),
    ).rejects.toThrow(/REG_CHECKPOINT_MISMATCH.*after 2 epochs, but maxEpochs is 1/)
    module.dispose()
  })

  it('of another model is refused with every difference, and changes nothing', async () => {
    const module = lineModule({}, 0.5)
    const trainer = new Trainer({ maxEpochs: 1 })
    await trainer.fit(module, { train: lineBatches(2) })
    const { meta, tensors } = await trainer.snapshot()
    const { 'module/b': _, ...rest } = tensors
    const wrong = {
      ...rest,
      'module/w': { dtype: 'float32' as const, shape: [2], data: new Float32Array(2) },
      'module/extra': { dtype: 'int32' as const, shape: [], data: new Int32Array(1) },
    }
    const values = module.w.dataSync()
    const fit = new Trainer({ maxEpochs: 2 }).fit(
      module,
      { train: lineBatches(2) },
      { resumeFrom: { meta, tensors: wrong } },
    )
    await expect(fit).rejects.toThrow(
      /missing in it \(1\): "b"; not here \(1\): "extra";.*"w".*\[2\].*\[1,1\]/,
    )
    expect(module.w.dataSync()).toEqual(values)
    module.dispose()
  })

  it.each([undefined, 3, {}, { meta: { format: 2 } }, { meta: {} }])(
    'that is %j is refused',
    async (bad) => {
      const module = lineModule()
      const fit = new Trainer({ maxEpochs: 2 }).fit(
        module,
        { train: lineBatches(2) },
        { resumeFrom: (bad ?? null) as unknown as Snapshot },
      )
      await expect(fit).rejects.toThrow(/REG_CHECKPOINT_MISMATCH/)
      module.dispose()
    },
  )

  it('before a fit, and in the middle of a step, is refused', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 1 })
    await expect(trainer.snapshot()).rejects.toThrow(/REG_NOT_RUNNING/)
    trainer.hooks.stepEnd.tapPromise('test', () => trainer.snapshot())
    await expect(trainer.fit(module, { train: lineBatches(2) })).rejects.toThrow(
      /REG_BUSY.*middle of a step/,
    )
    module.dispose()
  })

  it('needs a checkpoint plugin for a name', async () => {
    const module = lineModule()
    const fit = new Trainer({ maxEpochs: 1 }).fit(
      module,
      { train: lineBatches(2) },
      { resumeFrom: 'last' },
    )
    await expect(fit).rejects.toThrow(/REG_SERVICE_MISSING.*"last".*@regimen\/plugin-checkpoint/)
    module.dispose()
  })
})

describe('the state of a plugin', () => {
  it.each([
    ['NaN', Number.NaN],
    ['minus infinity', Number.NEGATIVE_INFINITY],
    ['minus zero', -0],
    ['a list with undefined left out', { a: [1, 'two', null, true], $number: 'odd' }],
    ['the tag itself', { $number: ['NaN'] }],
  ])('comes back exactly: %s', async (_, state) => {
    const module = lineModule()
    const loaded: unknown[] = []
    const keeper = () =>
      definePlugin({
        name: 'keeper',
        apply: () => ({
          saveState: () => state as number,
          loadState: (saved: number) => void loaded.push(saved),
        }),
      })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [keeper()] })
    await trainer.fit(module, { train: lineBatches(1) })
    const resumeFrom = revived(await trainer.snapshot())
    await new Trainer({ maxEpochs: 2, plugins: [keeper()] }).fit(
      module,
      { train: lineBatches(1) },
      { resumeFrom },
    )
    expect(loaded).toEqual([state])
    expect(Object.is(loaded[0], state) || typeof state === 'object').toBe(true)
    module.dispose()
  })

  it('with tensors comes back under its names', async () => {
    const module = lineModule()
    const data = new Float32Array([1, 2])
    const loaded: unknown[] = []
    const average = () =>
      definePlugin({
        name: 'average',
        apply: () => ({
          saveState: () => ({
            meta: { decay: 0.9 },
            tensors: { w: { dtype: 'float32' as const, shape: [2], data } },
          }),
          loadState: (saved: unknown) => void loaded.push(saved),
        }),
      })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [average()] })
    await trainer.fit(module, { train: lineBatches(1) })
    const resumeFrom = await trainer.snapshot()
    expect(Object.keys(resumeFrom.tensors)).toContain('plugin/average/w')
    await new Trainer({ maxEpochs: 2, plugins: [average()] }).fit(
      module,
      { train: lineBatches(1) },
      { resumeFrom },
    )
    expect(loaded).toEqual([
      { meta: { decay: 0.9 }, tensors: { w: { dtype: 'float32', shape: [2], data } } },
    ])
    module.dispose()
  })

  it.each([
    ['a function', () => 1, 'a function'],
    ['a class instance', new Date(), 'an instance of Date'],
    ['a big number', 10n, 'a bigint'],
  ])('that is %s is an error that names plugin and place', async (_, value, text) => {
    const module = lineModule()
    const plugin = definePlugin({
      name: 'bad',
      apply: () => ({ saveState: () => ({ deep: [value] }) as never }),
    })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [plugin] })
    await trainer.fit(module, { train: lineBatches(1) })
    await expect(trainer.snapshot()).rejects.toThrow(`The state of plugin "bad".deep[0] is ${text}`)
    module.dispose()
  })
})
