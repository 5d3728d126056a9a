import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { engineOf } from '../../src/engine/engine.js'
import { Op } from '../../src/engine/op.js'
import type { WasmBackend } from '../../src/heap.js'
import { expectSameAsCpu, prepare, random } from '../support/compare.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)

const cases = [
  { image: [1, 9, 8, 16], out: 16, pad: 'valid' },
  { image: [3, 7, 9, 20], out: 17, pad: 'same' },
  { image: [2, 13, 8, 32], out: 24, pad: 'valid' },
  { image: [5, 26, 26, 16], out: 31, pad: 'same' },
] as const

/** The operations that a function launches on the wasm backend. */
function launched(compute: () => tf.Tensor | tf.Tensor[]): Set<string> {
  const engine = engineOf(tf.backend() as unknown as WasmBackend)
  const names = new Set<string>()
  if (!engine) return names
  engine.recorder = { launched: (op) => void names.add(Op[op] as string), unknown: () => {} }
  try {
    tf.dispose(tf.tidy(compute))
  } finally {
    engine.recorder = undefined
  }
  return names
}

describe.each(cases)('3 by 3 over $image to $out channels, $pad', ({ image, out, pad }) => {
  const filter = () => random([3, 3, image[3], out], 2) as tf.Tensor4D
  const forward = () => tf.conv2d(random(image, 1) as tf.Tensor4D, filter(), 1, pad)
  const gradients = () => {
    const ofBoth = tf.grads((x, w) => {
      const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad)
      return tf.sum(tf.mul(y, random(y.shape, 3)))
    })
    return ofBoth([random(image, 1), filter()])
  }

  it('goes through tiles', async () => {
    await tf.setBackend('wasm')
    expect(launched(forward)).toContain('winograd')
    const inBackward = launched(gradients)
    expect(inBackward).toContain('winogradGradient')
    expect(inBackward).not.toContain('filterGradient')
  })

  it('equals cpu forward and in both gradients, on a dirty heap', async () => {
    litter()
    await expectSameAsCpu(forward, 2e-6)
    litter()
    await expectSameAsCpu(gradients, 4e-6)
  })

  it('gives an image the same bits in any batch', async () => {
    await tf.setBackend('wasm')
    const [whole, last] = tf.tidy(() => {
      const x = random(image, 1) as tf.Tensor4D
      const w = filter()
      const one = tf.slice(x, [image[0] - 1, 0, 0, 0], [1, ...image.slice(1)] as number[])
      return [tf.conv2d(x, w, 1, pad), tf.conv2d(one as tf.Tensor4D, w, 1, pad)]
    }) as [tf.Tensor, tf.Tensor]
    const tail = whole.dataSync().slice(-last.size)
    expect(tail).toEqual(last.dataSync())
    tf.dispose([whole, last])
  })
})
