import { join } from 'node:path'
import { Writable } from 'node:stream'
import { definePlugin, type PluginEntry, Trainer, type TrainingModule } from '@regimen/core'
import { accumulate } from '@regimen/plugin-accumulate'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { gradientClip } from '@regimen/plugin-gradient-clip'
import { lrLogger } from '@regimen/plugin-lr-logger'
import { exponential, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { progress } from '@regimen/plugin-progress'
import { seed } from '@regimen/plugin-seed'
import { profiler } from '@regimen/profiler'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkpoint } from '../src/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { curve, type Net, type NetBatch, net, valuesOf } from './helpers/net.js'

let tensorsBefore = 0
beforeEach(async () => {
  await tf.setBackend('cpu')
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

const data = () => ({ train: curve(30), validation: curve(8, { shuffle: false, seed: 3 }) })
const saved = checkpoint({ monitor: 'val_loss', mode: 'min' })
const watched = { monitor: 'val_loss', mode: 'min' } as const
const stopping = (patience: number) => earlyStopping({ ...watched, patience, minDelta: 0.02 })

describe('a script that goes on from the best', () => {
  const trainer = (rootDir: string, maxEpochs: number) =>
    new Trainer({ rootDir, maxEpochs, plugins: [stopping(2), saved] })

  it('after early stopping, with more epochs, is not stopped by the saved decision', async () => {
    const [rootDir, first, second] = [temporaryFolder(), net(), net()]
    const stopped = await trainer(rootDir, 60).fit(first, data())
    expect(stopped.stop).toMatchObject({ kind: 'plugin', plugin: 'early-stopping' })
    const epochs = stopped.history.length
    const longer = new Trainer({ rootDir, maxEpochs: epochs + 3, plugins: [stopping(50), saved] })
    const { stop, history } = await longer.fit(second, data(), { resumeFrom: 'best' })
    expect(stop).toEqual({ kind: 'maxEpochs' })
    expect(history).toHaveLength(epochs + 3)
    for (const one of [first, second]) one.dispose()
  })

  it.each([0, 1])(
    'is not given restored weights by early stopping, listed at %d',
    async (place) => {
      const [rootDir, module] = [temporaryFolder(), net()]
      const stops = earlyStopping({ ...watched, patience: 1, minDelta: 9, restoreBest: true })
      const saves = checkpoint({ last: { steps: 5 }, topK: 0 })
      const plugins = place === 0 ? [stops, saves] : [saves, stops]
      const trainer = new Trainer({ rootDir, maxEpochs: 9, plugins })
      let trained: unknown
      trainer.hooks.fitEnd.tap('look', () => {
        trained = valuesOf(module)
      })
      await trainer.fit(module, data())
      expect(valuesOf(module)).not.toEqual(trained)
      const resumed = net()
      const again = new Trainer({ rootDir, maxEpochs: 2, plugins: [saves] })
      await again.fit(resumed, data(), { resumeFrom: 'last' })
      expect(valuesOf(resumed)).toEqual(trained)
      for (const one of [module, resumed]) one.dispose()
    },
  )

  it('of fewer epochs than were trained is refused; of as many it trains nothing', async () => {
    const [rootDir, first, second] = [temporaryFolder(), net(), net()]
    await trainer(rootDir, 3).fit(first, data())
    const less = trainer(rootDir, 2).fit(second, data(), { resumeFrom: 'last' })
    await expect(less).rejects.toThrow(/after 3 epochs, but maxEpochs is 2/)
    const equal = await trainer(rootDir, 3).fit(second, data(), { resumeFrom: 'last' })
    expect(equal.stop).toEqual({ kind: 'maxEpochs' })
    expect(valuesOf(second)).toEqual(valuesOf(first))
    for (const one of [first, second]) one.dispose()
  })
})

/** Everything that there is, into a screen of its own. */
function allPlugins(number: number): PluginEntry[] {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() })
  const logger = definePlugin({
    name: 'my-logger',
    apply: ({ provide }) => provide('logger', { name: 'my-logger' }),
  })
  return [
    profiler({ stream }),
    seed(number),
    progress({ stream }),
    accumulate({ batches: 2 }),
    gradientClip({ norm: 1 }),
    lrScheduler({ schedule: exponential({ gamma: 0.8 + number / 100 }) }),
    [logger, lrLogger({ interval: 'epoch' })],
    stopping(3 + number),
    saved,
  ]
}

/** A net with dropout, and what all plugins made of it. */
async function train(
  number: number,
  rootDir: string,
  { more = [], resumeFrom }: { more?: PluginEntry[]; resumeFrom?: string } = {},
) {
  const base = net()
  const module: TrainingModule<NetBatch> & Net = {
    ...base,
    trainingStep: (batch, context) =>
      base.trainingStep({ ...batch, x: tf.dropout(batch.x, 0.25) }, context),
  }
  const plugins = [...allPlugins(number), ...more]
  const trainer = new Trainer({ rootDir, maxEpochs: 8, yieldEvery: 0, plugins })
  try {
    const fit = trainer.fit(module, data(), resumeFrom ? { resumeFrom } : {})
    const { module: _, ...result } = await fit
    return { result, weights: valuesOf(module) }
  } finally {
    await trainer.dispose()
    base.dispose()
  }
}

describe('two trainers with all plugins each', () => {
  it('run at once as they run alone, to the bit', async () => {
    const alone = [await train(1, temporaryFolder()), await train(2, temporaryFolder())]
    const atOnce = await Promise.all([train(1, temporaryFolder()), train(2, temporaryFolder())])
    expect(atOnce).toEqual(alone)
    expect(alone[0]?.weights).not.toEqual(alone[1]?.weights)
  })
})

describe('one plugin twice', () => {
  it('works under another id: two checkpoints, two early stoppings', async () => {
    const rootDir = temporaryFolder()
    const more = [
      checkpoint({ id: 'by-loss', dir: 'others', monitor: 'loss', mode: 'min', topK: 2 }),
      earlyStopping({ id: 'aim', monitor: 'loss', mode: 'min', stoppingThreshold: 1e9 }),
    ]
    const { result } = await train(1, rootDir, { more })
    expect(result.stop).toMatchObject({ kind: 'plugin', plugin: 'aim' })
    expect(checkpointsIn(join(rootDir, 'checkpoints/version_0'))).toContain('best')
    expect(checkpointsIn(join(rootDir, 'others/version_0'))).toContain('best')
  })
})

describe('a batch that fails once', () => {
  it('is done again by a run that goes on from the exception', async () => {
    const whole = await train(1, temporaryFolder())
    const rootDir = temporaryFolder()
    const fails = definePlugin({
      name: 'fails',
      apply: ({ id, hooks, state }) =>
        hooks.loss.tap(id, () => {
          if (state.step === 6) throw new Error('the power is gone')
        }),
    })
    await expect(train(1, rootDir, { more: [fails] })).rejects.toThrow('the power is gone')
    const resumeFrom = join(rootDir, 'checkpoints/version_0/exception.safetensors')
    expect(await train(1, rootDir, { resumeFrom })).toEqual(whole)
  })
})
