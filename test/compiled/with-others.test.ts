import { useWasm, wasm } from '@regimen/backend-wasm'
import { definePlugin, type Plugin } from '@regimen/core'
import { compile } from '@regimen/plugin-compile'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { gradientClip } from '@regimen/plugin-gradient-clip'
import { cosine, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { seed } from '@regimen/plugin-seed'
import { profiler } from '@regimen/profiler'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { accumulate } from '../../packages/plugin-accumulate/src/index.js'
import { ema } from '../../packages/plugin-ema/src/index.js'
import { freeze } from '../../packages/plugin-freeze/src/index.js'
import { type CurveModel, models } from './models.js'
import { type CurveOptions, trainCurve } from './train-curve.js'

beforeAll(() => useWasm())

const { mlp, separable, 'convnet with dropout': convnet } = models as Record<string, CurveModel>
const stopping = () =>
  earlyStopping({ monitor: 'loss', mode: 'min', patience: 1, minDelta: 0.01, restoreBest: true })

const run = (
  model: CurveModel | undefined,
  plugins: readonly Plugin[],
  options: CurveOptions = {},
) =>
  trainCurve(model as CurveModel, {
    steps: 7,
    maxEpochs: 4,
    ...options,
    plugins: [wasm(), ...plugins],
  })

const frozen: CurveModel = { ...(mlp as CurveModel), kept: ['w1', 'b2'] }

it.each<[string, CurveModel | undefined, () => Plugin[]]>([
  ['gradients clipped by norm', mlp, () => [gradientClip({ norm: 0.3 })]],
  ['gradients clipped by value', mlp, () => [gradientClip({ value: 0.02 })]],
  ['gradients of 3 batches added up', mlp, () => [accumulate({ batches: 3 })]],
  [
    'a schedule of the learning rate',
    mlp,
    () => [lrScheduler({ schedule: cosine({ steps: 28 }) })],
  ],
  ['averaged weights', mlp, () => [ema({ decay: 0.8 })]],
  ['averages of running means', separable, () => [ema({ decay: 0.8 })]],
  ['early stopping that restores the best weights', mlp, () => [stopping()]],
  ['frozen variables', frozen, () => []],
  ['seeded dropout', convnet, () => [seed(42)]],
  ['running means and clipping', separable, () => [gradientClip({ norm: 0.1 })]],
  [
    'all at once',
    convnet,
    () => [
      ...[seed(7), accumulate({ batches: 2 }), gradientClip({ norm: 0.5, log: true })],
      ...[lrScheduler({ schedule: cosine({ steps: 16 }) }), stopping()],
    ],
  ],
])('%s: a replayed run has the bits of a traced one', async (name, model, plugins) => {
  const before = footprint()
  const isValidated = name.startsWith('average')
  const traced = await run(model, plugins(), { isValidated })
  const replayed = await run(model, [...plugins(), compile({ verifyEvery: 5 })], { isValidated })
  const steps = traced.losses.length
  const text = replayed.texts.find((line) => line.includes('steps were replayed'))
  expect(text).toMatch(new RegExp(`^\\d+ of ${steps} steps were replayed \\(`))
  expect(Number.parseInt(text as string, 10)).toBeGreaterThanOrEqual((steps - 3) * 0.8)
  expect(replayed.losses).toEqual(traced.losses)
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.snapshot.meta.history).toEqual(traced.snapshot.meta.history)
  expect(footprint()).toEqual(before)
})

it.each([
  ['replayed, then replayed', true, true],
  ['replayed, then traced', true, false],
  ['traced, then replayed', false, true],
])('a run that is stopped in an epoch and resumed, %s, ends as one traced run', async (_, a, b) => {
  const plugins = (isCompiled: boolean) => [
    ...[seed(3), accumulate({ batches: 2 }), lrScheduler({ schedule: cosine({ steps: 16 }) })],
    ...(isCompiled ? [compile({ verifyEvery: 4 })] : []),
  ]
  const whole = await run(convnet, plugins(false))
  const stop = definePlugin({
    name: 'stop',
    apply({ hooks, requestStop }) {
      let batches = 0
      hooks.batchEnd.tap('stop', () => {
        if (++batches === 11) requestStop('enough')
      })
    },
  })
  const first = await run(convnet, [...plugins(a), stop])
  expect(first.losses).toHaveLength(11)
  const resumed = await run(convnet, plugins(b), { resumeFrom: first.snapshot })
  expect([...first.losses, ...resumed.losses]).toEqual(whole.losses)
  expect(resumed.weights).toEqual(whole.weights)
  expect(resumed.texts.some((text) => /^1[0-9] of 17 steps/.test(text))).toBe(b)
})

it('variables that are frozen for two epochs: the steps of each phase are recorded', async () => {
  const plugins = () => [freeze({ match: 'w1', until: { epochs: 2 }, rate: 0.5 })]
  const traced = await run(mlp, plugins())
  const replayed = await run(mlp, [...plugins(), compile({ verifyEvery: 0 })])
  expect(replayed.weights).toEqual(traced.weights)
  expect(replayed.losses).toEqual(traced.losses)
  const text = replayed.texts.find((line) => line.includes('steps were replayed'))
  expect(text).toMatch(/^22 of 28 steps were replayed \(\d+, \d+ operations\)/)
})

it('the profiler has a row for replayed steps', async () => {
  const texts: string[] = []
  const stream = { columns: 120, write: (text: string) => void texts.push(text) }
  const profile = profiler({ stream, output: false, rows: Number.POSITIVE_INFINITY })
  const { texts: reports } = await run(mlp, [profile, compile({ verifyEvery: 0 })])
  expect(reports.some((text) => text.startsWith('25 of 28 steps were replayed'))).toBe(true)
  expect(texts.join('')).toMatch(/replayed step +25 /)
  expect(texts.join('')).toMatch(/forward and loss +3 /)
  expect(texts.join('')).toMatch(/backward +3 /)
})

const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]
