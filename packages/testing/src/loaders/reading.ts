import type { Json } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

/** A loader on trial: what a trainer needs to resume in the middle of an epoch. */
export type TriedLoader = (Iterable<unknown> | AsyncIterable<unknown>) & {
  readonly size?: number | undefined
  readonly ownsBatches?: boolean
  state(): Json
  restore(state: Json): void
}

/** One iteration of a loader. */
export class Reading {
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>
  readonly #isOwner: boolean

  constructor(loader: TriedLoader) {
    const tried = loader as Partial<Iterable<unknown> & AsyncIterable<unknown>>
    const iterator = tried[Symbol.iterator]?.() ?? tried[Symbol.asyncIterator]?.()
    if (!iterator) throw new TypeError('The loader is not iterable.')
    this.#iterator = iterator
    this.#isOwner = loader.ownsBatches ?? false
  }

  /** Up to `count` batches as numbers, which are disposed of. */
  async take(count = Number.POSITIVE_INFINITY): Promise<unknown[]> {
    const batches: unknown[] = []
    while (batches.length < count) {
      const { done, value } = await this.#iterator.next()
      if (done) break
      batches.push(numbersOf(value))
      if (!this.#isOwner) tf.dispose(value as tf.TensorContainer)
    }
    return batches
  }

  /** Ends the iteration early. */
  async return(): Promise<void> {
    await this.#iterator.return?.()
  }
}

/** All batches of the next epochs, as numbers. */
export async function readEpochs(
  loader: TriedLoader,
  epochs: number,
): Promise<unknown[][]> {
  const read: unknown[][] = []
  for (let epoch = 0; epoch < epochs; epoch++) read.push(await new Reading(loader).take())
  return read
}

/** A state as it comes out of a file. */
export function throughText(state: Json): Json {
  return JSON.parse(JSON.stringify(state)) as Json
}

function numbersOf(value: unknown): unknown {
  if (typeof (value as Partial<tf.Tensor> | null)?.dataSync === 'function') {
    const { dtype, shape } = value as tf.Tensor
    return { dtype, shape: [...shape], values: [...(value as tf.Tensor).dataSync()] }
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as Iterable<unknown>, numbersOf)
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, numbersOf(item)]),
  )
}
