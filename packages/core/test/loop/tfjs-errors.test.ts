import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lab, rejection } from '../helpers/lab.js'

/** A module whose loss is computed from a trained 2x2x4 variable. */
const moduleOf = (lossOf: (w: tf.Variable) => tf.Tensor, w: tf.Variable) => ({
  trainingStep: () => tf.mean(lossOf(w)) as tf.Tensor,
  validationStep: () => tf.mean(lossOf(w)) as tf.Tensor,
  variables: () => ({ w }),
  configureOptimizers: () => tf.train.sgd(0.1),
})
const train = () => [tf.zeros([1])]

const asImage = (w: tf.Variable) => tf.reshape(w, [1, 2, 2, 4]) as tf.Tensor4D

const gradientless: Record<string, (w: tf.Variable) => tf.Tensor> = {
  DenseBincount: (w) =>
    tf.denseBincount(
      tf.range(0, 16, 1, 'int32') as tf.Tensor1D,
      tf.reshape(w, [16]) as tf.Tensor1D,
      16,
    ),
  RotateWithOffset: (w) => tf.image.rotateWithOffset(asImage(w), 0.5),
  Transform: (w) => tf.image.transform(asImage(w), tf.tensor2d([[1, 0, 1, 0, 1, 0, 0, 0]])),
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
      expect(String(error.data.instead)).toMatch(/^(Use|Turn|Compute)/)
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
