import { useWasm, wasm } from '@regimen/backend-wasm'
import { definePlugin, type Report, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { compile } from '@regimen/plugin-compile'
import { seed } from '@regimen/plugin-seed'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'

beforeAll(() => useWasm())

const { layers } = tfl

it.each(['lstm', 'gru'] as const)(
  'a step with %s, dropout and noise is replayed with the bits of one that is run as it is',
  async (kind) => {
    const traced = await trained(kind, false)
    const replayed = await trained(kind, true)
    expect(replayed.texts.at(-1)).toMatch(/^17 of 20 steps were replayed/)
    expect(replayed.weights).toEqual(traced.weights)
  },
)

/** Trains for 20 steps with a seed. */
async function trained(kind: 'lstm' | 'gru', isCompiled: boolean) {
  const model = tfl.sequential({
    layers: [
      layers[kind]({ units: 5, returnSequences: true, inputShape: [6, 3] }),
      layers.dropout({ rate: 0.3 }),
      layers.spatialDropout1d({ rate: 0.3 }) as tfl.layers.Layer,
      layers.gaussianNoise({ stddev: 0.1 }),
      layers[kind]({ units: 4, goBackwards: true, recurrentActivation: 'sigmoid' }),
      layers.alphaDropout({ rate: 0.1 }),
      layers.dense({ units: 1 }),
    ],
  })
  model.setWeights(model.getWeights().map(({ shape }, i) => normal(shape, i)))
  const module = layersModule(model, {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.sgd(0.1),
  })
  const texts: string[] = []
  const watch = definePlugin({
    name: 'watch',
    apply({ provide }) {
      provide('reporter', { report: ({ message }: Report) => void texts.push(message) })
    },
  })
  const plugins = [wasm(), seed(3), watch, ...(isCompiled ? [compile()] : [])]
  const trainer = new Trainer({ maxEpochs: 4, plugins })
  const train = Array.from({ length: 5 }, (_, i) => ({
    x: normal([4, 6, 3], i + 10),
    y: normal([4, 1], i + 20),
  }))
  await trainer.fit(module, { train })
  await trainer.dispose()
  const weights = model.getWeights().map((weight) => [...weight.dataSync()])
  return { weights, texts }
}

const normal = (shape: (number | null)[], seedOf: number) =>
  tf.randomNormal(shape as number[], 0, 0.5, 'float32', seedOf + 1)
