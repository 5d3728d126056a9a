import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { expectNoTensorLeak } from '../src/index.js'

describe('a function that is watched for leaks', () => {
  it('gives its result where nothing is left', async () => {
    const sum = await expectNoTensorLeak(async () => {
      const [a, b] = [tf.scalar(1), tf.scalar(2)]
      const total = tf.add(a, b)
      const value = (await total.data())[0]
      tf.dispose([a, b, total])
      return value
    })
    expect(sum).toBe(3)
  })

  it('is told how many tensors and bytes it left', async () => {
    const left: tf.Tensor[] = []
    const leak = expectNoTensorLeak(() => void left.push(tf.zeros([2, 3]), tf.scalar(1)))
    await expect(leak).rejects.toThrow(
      /^2 tensors \(28 bytes\) too many are alive: \d+ before, \d+ after\.$/,
    )
    tf.dispose(left)
  })

  it('is told that it disposed of what was not its own', async () => {
    const others = tf.scalar(1)
    const run = expectNoTensorLeak(() => others.dispose())
    await expect(run).rejects.toThrow('1 tensor too few are alive')
  })

  it('is watched also where it throws: the leak comes with the error as its cause', async () => {
    const left: tf.Tensor[] = []
    const error = new Error('enough')
    const leak = expectNoTensorLeak(async () => {
      left.push(tf.scalar(1))
      throw error
    })
    await expect(leak).rejects.toMatchObject({
      message: expect.stringMatching(/^1 tensor .* after an error \(the cause\)\.$/),
      cause: error,
    })
    tf.dispose(left)
  })

  it('throws its own error where it throws and leaves nothing', async () => {
    const error = new Error('enough')
    const run = expectNoTensorLeak(() => {
      throw error
    })
    await expect(run).rejects.toBe(error)
  })
})
