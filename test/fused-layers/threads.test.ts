import { useWasm } from '@regimen/backend-wasm'
import { installGradients } from '@regimen/core'
import { dropout, fuseLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

beforeAll(async () => {
  await useWasm({ threads: 3 })
  installGradients()
})
afterAll(() => useWasm({ threads: 1 }))

it.each(['lstm', 'gru'] as const)(
  '%s has the same bits for any number of threads',
  async (kind) => {
    const layer = tfLayers[kind]({ units: 37, returnSequences: true })
    layer.build([45, 9, 5])
    fuseLayers({ layers: [layer] } as unknown as LayersModel)
    const x = tf.randomNormal([45, 9, 5])
    const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const compute = () => {
      const loss = () => tf.sum(tf.square(layer.call(x, {}) as tf.Tensor)) as tf.Scalar
      const { value, grads } = tf.variableGrads(loss, weights)
      return [layer.call(x, {}) as tf.Tensor, value, ...Object.values(grads)]
    }
    await expectSameBits(compute)
  },
)

it('random numbers have the same bits for any number of threads', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.3)
  await expectSameBits(() => [dropout(tf.ones([100_001]), 0.4)])
  vi.restoreAllMocks()
})

async function expectSameBits(compute: () => tf.Tensor[]): Promise<void> {
  const found: (readonly (readonly number[])[])[] = []
  for (const threads of [3, 1, 2, 3]) {
    await useWasm({ threads })
    const tensors = tf.tidy(compute)
    found.push(tensors.map((tensor) => [...tensor.dataSync()]))
    tf.dispose(tensors)
  }
  for (const other of found) expect(other).toEqual(found[0])
}
