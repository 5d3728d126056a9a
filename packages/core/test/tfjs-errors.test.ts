import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lab, rejection } from './helpers/lab.js'

/** A module whose loss is computed from a trained 2x2x4 variable. */
const moduleOf = (lossOf: (w: tf.Variable) => tf.Tensor, w: tf.Variable) => ({
  trainingStep: () => tf.mean(lossOf(w)) as tf.Tensor,
  validationStep: () => tf.mean(lossOf(w)) as tf.Tensor,
  variables: () => ({ w }),
  configureOptimizers: () => tf.train.sgd(0.1),
})
const train = () => [tf.zeros([1])]

const gradientless: Record<string, (w: tf.Variable) => tf.Tensor> = {
  GatherNd: (w) => tf.gatherND(w, tf.tensor2d([[0, 1]], [1, 2], 'int32')),
  ScatterNd: (w) => tf.scatterND(tf.tensor2d([[1], [0]], [2, 1], 'int32'), w, [3, 2, 4]),
  StridedSlice: (w) => tf.stridedSlice(w, [0, 0, 0], [2, 2, 4], [1, 1, 2]),
  TopK: (w) => tf.topk(w, 2).values,
  Cumprod: (w) => tf.cumprod(w, 0),
  DepthToSpace: (w) => tf.depthToSpace(tf.reshape(w, [1, 2, 2, 4]) as tf.Tensor4D, 2),
  CropAndResize: (w) =>
    tf.image.cropAndResize(
      tf.reshape(w, [1, 2, 2, 4]) as tf.Tensor4D,
      tf.tensor2d([[0, 0, 1, 1]]),
      tf.tensor1d([0], 'int32'),
      [3, 3],
    ),
  Greater: (w) => tf.cast(tf.greater(w, 0), 'float32'),
}

describe('what tfjs has no gradient for', () => {
  it.each(Object.keys(gradientless))(
    '%s is named when the tape meets it, with a way round',
    async (kernel) => {
      const w = tf.variable(tf.ones([2, 2, 4]))
      const before = tf.memory().numTensors
      const lossOf = gradientless[kernel] as (w: tf.Variable) => tf.Tensor
      const error = await rejection(lab().trainer.fit(moduleOf(lossOf, w), { train }))
      expect(error).toMatchObject({ code: 'REG_GRADIENT_MISSING', data: { kernel } })
      expect(error.detail).toContain(`"${kernel}"`)
      expect(String(error.data.instead)).toMatch(/^(Use|Find|Compute)/)
      expect(tf.memory().numTensors).toBe(before)
      w.dispose()
    },
  )

  it('is no matter where no gradient passes', async () => {
    const w = tf.variable(tf.ones([2, 2, 4]))
    const mask = () => tf.cast(tf.greater(tf.ones([2, 2, 4]), 0), 'float32')
    const module = moduleOf((v) => tf.mul(v, mask()), w)
    await expect(lab().trainer.fit(module, { train })).resolves.toMatchObject({
      stop: { kind: 'maxEpochs' },
    })
    w.dispose()
  })
})

it('a kernel that the backend lacks is named in validation too, and another engine recommended', async () => {
  const w = tf.variable(tf.ones([2, 2, 4]))
  const lacking = () => tf.engine().runKernel('NoSuchKernel', { x: w }) as tf.Tensor
  const error = await rejection(lab().trainer.validate(moduleOf(lacking, w), { data: train }))
  expect(error).toMatchObject({
    code: 'REG_KERNEL_MISSING',
    data: { kernel: 'NoSuchKernel', backend: 'cpu' },
  })
  expect(error.detail).toContain('"wasm"')
  expect(error.detail.match(/accelerator.*"cpu"/)).toBeNull()
  w.dispose()
})
