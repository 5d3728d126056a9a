import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { definePlugin, type Snapshot, snapshotFault, Trainer } from '../../src/index.js'
import { lineBatches, lineModule } from '../helpers/line.js'

let whole: Snapshot
beforeAll(async () => {
  await tf.setBackend('cpu')
  const { module } = fit()
  const trainer = new Trainer({ maxEpochs: 2 })
  await trainer.fit(module, { train: lineBatches(3), validation: lineBatches(2) })
  whole = await trainer.snapshot()
  await trainer.dispose()
  tf.dispose(Object.values(module.variables()))
})

function fit() {
  return { module: lineModule({ configureOptimizers: () => tf.train.adam(0.1) }) }
}

type Loose = Record<string, unknown>

/** A copy of the snapshot in which the value at a path is another one, or gone. */
function changed(path: string, value?: unknown): Snapshot {
  const copy = structuredClone(whole) as unknown as Loose
  const keys = path.split('|')
  const last = keys.pop() as string
  const holder = keys.reduce((at, key) => at[key] as Loose, copy)
  if (value === undefined) delete holder[last]
  else Object.defineProperty(holder, last, { value, enumerable: true })
  return copy as unknown as Snapshot
}

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
const own = (key: string) => JSON.parse(`{ "${key}": 1 }`) as unknown
const W = 'tensors|module/w'

const faults: readonly (readonly [path: string, value: unknown, fault: RegExp])[] = [
  ['meta|position', undefined, /"meta.position" is missing; expected an object/],
  ['meta|position', null, /"meta.position" is null; expected an object/],
  ['meta|position|step', -3, /"meta.position.step" is -3; expected a non-negative integer/],
  ['meta|position|epoch', Number.NaN, /"meta.position.epoch" is NaN/],
  ['meta|position|batch', 1.5, /"meta.position.batch" is 1.5/],
  ['meta|position|samples', 1e300, /"meta.position.samples" is 1e\+300/],
  ['meta|position|validations', '2', /"meta.position.validations" is "2"/],
  ['meta|position|isInEpoch', 0, /"meta.position.isInEpoch" is 0; expected true or false/],
  ['meta|elapsedMs', -1, /"meta.elapsedMs" is -1/],
  ['meta|history', {}, /"meta.history" is {}; expected a list/],
  ['meta|history', [{ epoch: 0, loss: 'low' }], /"meta.history\[0\].loss" is "low"/],
  ['meta|history', [{ epoch: { $number: 'NaN' } }], /"meta.history\[0\].epoch" is NaN/],
  ['meta|history', [{ epoch: 0, loss: { $number: 5 } }], /"meta.history\[0\].loss"/],
  ['meta|history', [{ epoch: 0, loss: { $number: null } }], /"meta.history\[0\].loss"/],
  ['meta|history', () => nested(110), /nested deeper than 100 levels/],
  ['meta|history', () => nested(60_000), /nested deeper than 100 levels/],
  ['meta|metrics', null, /"meta.metrics" is null/],
  ['meta|metrics|sums', [{ name: 'loss' }], /"meta.metrics.sums\[0\].stepName" is missing/],
  ['meta|metrics|results', { loss: [] }, /"meta.metrics.results.loss" is \[\]; expected a number/],
  ['meta|loaders', undefined, /"meta.loaders" is missing/],
  ['meta|loaders|validation', [], /"meta.loaders.validation" is \[\]; expected an object/],
  ['meta|requested', { kind: 'plugin' }, /"meta.requested.plugin" is missing/],
  ['meta|optimizers', undefined, /"meta.optimizers" is missing/],
  ['meta|optimizers|main', null, /"meta.optimizers.main" is null/],
  ['meta|optimizers|main', { iterations: -1 }, /"meta.optimizers.main.iterations" is -1/],
  ['meta|optimizers', own('__proto__'), /"meta.optimizers" has the key "__proto__"/],
  ['meta|plugins', own('__proto__'), /"meta.plugins" has the key "__proto__"/],
  ['meta|plugins|any', { a: [own('__proto__')] }, /"meta.plugins.any.a\[0\]" has the key/],
  ['meta|plugins|any', () => Symbol('x'), /"meta.plugins.any" is .*; expected what JSON can say/],
  ['meta|other', () => nested(200), /"meta.other.* is nested deeper/],
  ['tensors', undefined, /"tensors" is missing/],
  [W, null, /"tensors.module\/w" is null/],
  [`${W}|dtype`, 'complex64', /"tensors.module\/w.dtype" is "complex64"; expected one of float32/],
  [`${W}|shape`, [-1], /"tensors.module\/w.shape\[0\]" is -1/],
  [`${W}|shape`, [2, 3], /does not hold 6 values; expected a Float32Array for \[2,3\]/],
  [`${W}|data`, Int32Array.of(1), /expected a Float32Array/],
  [`${W}|data`, [1], /expected a Float32Array/],
]

describe('a snapshot given as an object', () => {
  it('is right where a trainer made it', () => {
    expect(snapshotFault(whole)).toBeUndefined()
  })

  it.each(faults)(
    'with %s as %j is refused, and nothing is trained',
    async (path, value, fault) => {
      const bad = changed(path, typeof value === 'function' ? value() : value)
      expect(snapshotFault(bad)).toMatch(fault)
      const before = tf.memory().numTensors
      const { module } = fit()
      const trainer = new Trainer({ maxEpochs: 3 })
      const run = trainer.fit(module, { train: lineBatches(3) }, { resumeFrom: bad })
      await expect(run).rejects.toMatchObject({
        code: 'REG_CHECKPOINT_MISMATCH',
        message: expect.stringMatching(fault),
      })
      expect(trainer.state.step).toBe(0)
      await trainer.dispose()
      tf.dispose(Object.values(module.variables()))
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  it.each([
    ['an optimizer', 'meta|optimizers|constructor', { iterations: 3 }],
    ['an optimizer slot', 'tensors|optimizer/main/accumulatedFirstMoment/toString', undefined],
  ])('that calls %s as every object has a property is refused', async (_, path, value) => {
    const bad = changed(path, value ?? whole.tensors['module/w'])
    const { module } = fit()
    const trainer = new Trainer({ maxEpochs: 3 })
    const run = trainer.fit(module, { train: lineBatches(3) }, { resumeFrom: bad })
    await expect(run).rejects.toMatchObject({ code: 'REG_CHECKPOINT_MISMATCH' })
    await trainer.dispose()
    tf.dispose(Object.values(module.variables()))
  })

  it('whose state a plugin cannot use names the plugin', async () => {
    const strict = definePlugin({
      name: 'strict',
      apply: () => ({
        saveState: () => ({ deep: { count: 1 } }),
        loadState({ deep }: { deep: { count: number } }) {
          if (deep.count < 0) throw new RangeError('never')
        },
      }),
    })
    const { module } = fit()
    const trainer = new Trainer({ maxEpochs: 3, plugins: [strict] })
    const resumeFrom = changed('meta|plugins|strict', { other: 1 })
    const run = trainer.fit(module, { train: lineBatches(3) }, { resumeFrom })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISMATCH',
      plugin: 'strict',
      message: expect.stringMatching(/Plugin "strict" cannot resume from its saved state/),
    })
    await trainer.dispose()
    tf.dispose(Object.values(module.variables()))
  })
})

it('state that is nested too deep to be read again is refused when it is saved', async () => {
  const deep = definePlugin({
    name: 'deep',
    apply: () => ({ saveState: () => nested(150) as never }),
  })
  const { module } = fit()
  const trainer = new Trainer({ maxEpochs: 1, plugins: [deep] })
  await trainer.fit(module, { train: lineBatches(1) })
  await expect(trainer.snapshot()).rejects.toMatchObject({
    code: 'REG_STATE_INVALID',
    message: expect.stringMatching(/nested deeper than 100 levels/),
  })
  await trainer.dispose()
  tf.dispose(Object.values(module.variables()))
})
