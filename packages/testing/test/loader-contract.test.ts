import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type LoaderContractError, loaderContract } from '../src/index.js'

let open = 0

/** A loader that keeps the contract, unless told to break it. */
class Numbers {
  readonly size: number = 3
  protected epoch = 0
  protected next = 0
  readonly state = (): { epoch: number; batch: number } =>
    this.next === 3 ? { epoch: this.epoch + 1, batch: 0 } : { epoch: this.epoch, batch: this.next }
  restore(state: { epoch?: number; batch?: number } | null): void {
    const { epoch = -1, batch = -1 } = Object(state) as { epoch?: number; batch?: number }
    if (epoch < 0 || batch < 0) throw new TypeError('no state')
    this.epoch = epoch
    this.next = batch
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<tf.Tensor> {
    open++
    try {
      while (this.next < 3) {
        this.next++
        yield this.batch()
      }
    } finally {
      open--
      this.epoch++
      this.next = 0
    }
  }
  protected batch(): tf.Tensor {
    return tf.tensor1d([this.epoch, this.next])
  }
}

const failuresOf = (factory: () => Numbers) =>
  loaderContract(factory, { open: () => open }).then(
    () => [],
    (thrown: LoaderContractError) => thrown.failures,
  )

describe('the contract of loaders', () => {
  it('is kept by one that does all it should', async () => {
    expect(await failuresOf(() => new Numbers())).toEqual([])
  })

  it.each<[string, RegExp, () => Numbers]>([
    [
      'of another size',
      /^batches: its size is 4, but an epoch has 3 batches$/,
      () =>
        new (class extends Numbers {
          override readonly size = 4
        })(),
    ],
    [
      'that takes any state',
      /^refusal: restore takes null; refuse what/,
      () =>
        new (class extends Numbers {
          override restore(state: { epoch?: number; batch?: number } | null) {
            super.restore({ epoch: 0, batch: 0, ...state })
          }
        })(),
    ],
    [
      'that resumes at the wrong batch',
      /^resume: resumed at batch 1 of epoch 0, rest/,
      () =>
        new (class extends Numbers {
          override restore(state: { epoch?: number; batch?: number } | null) {
            super.restore(state)
            this.next = 0
          }
        })(),
    ],
    [
      'with batches of chance',
      /^batches: two equal loaders differ: epochs\[0\]\[0\]\.values\[0\]/,
      () =>
        new (class extends Numbers {
          protected override batch() {
            return tf.scalar(Math.random())
          }
        })(),
    ],
    [
      'that leaves what it opened',
      /^early: \d+ of what its sources opened are still open/,
      () =>
        new (class extends Numbers {
          override async *[Symbol.asyncIterator]() {
            open++
            yield* super[Symbol.asyncIterator]()
            open--
          }
        })(),
    ],
    [
      'that leaks',
      /^batches: \d+ tensors .* too many are alive/,
      () =>
        new (class extends Numbers {
          protected override batch() {
            return tf.add(tf.scalar(this.next), this.epoch)
          }
        })(),
    ],
  ])('names what a loader does wrong %s', async (_, text, factory) => {
    const { numTensors } = tf.memory()
    tf.engine().startScope()
    const failures = await failuresOf(factory)
    tf.engine().endScope()
    open = 0
    expect(failures).toEqual(expect.arrayContaining([expect.stringMatching(text)]))
    expect(tf.memory().numTensors).toBe(numTensors)
  })
})
