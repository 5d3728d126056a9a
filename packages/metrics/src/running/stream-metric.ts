import * as tf from '@tensorflow/tfjs-core'
import { BaseMetric } from '../floor/base-metric.js'
import { refuse } from '../floor/fault.js'
import { asTensor, isTensor } from '../floor/host-values.js'
import type { Values } from '../floor/metric.js'
import { Pending } from '../floor/pending.js'

/** A metric of a stream of single values, which are exact where they come as numbers: not made float32. */
export abstract class StreamMetric<Value> extends BaseMetric<Value, Values, unknown> {
  protected readonly pending = new Pending((values) => this.#arrived(values))

  protected take(values: Values): boolean {
    if (isTensor(values)) {
      const tensor = asTensor(this.name, 'values', values)
      if (tensor.size > 0)
        this.pending.add(tf.tidy(() => tf.keep(tf.cast(tensor, 'float32').clone())))
      return tensor.size > 0
    }
    const numbers = flat(values)
    if (!numbers.every((value) => typeof value === 'number'))
      refuse(this.name, 'values are neither numbers nor a tensor.')
    // What is still on the device came before.
    this.pending.flushNow()
    this.#arrived(numbers)
    return numbers.length > 0
  }

  #arrived(values: ArrayLike<number>): void {
    let missing = 0
    for (let index = 0; index < values.length; index++)
      if (Number.isNaN(values[index])) missing++
    if (missing > 0) refuse(this.name, `${missing} of the values are NaN.`)
    this.accept(values)
  }

  /** Takes values, none of them NaN. */
  protected abstract accept(values: ArrayLike<number>): void
}

const flat = (values: unknown): number[] => {
  if (ArrayBuffer.isView(values)) return Array.from(values as Float64Array)
  return (
    Array.isArray(values) ? values.flat(Number.POSITIVE_INFINITY) : [values]
  ) as number[]
}

/** The latest values of a stream. */
export class Latest {
  #values: number[] = []

  /** @param most how many are kept */
  constructor(readonly most: number) {}

  add(values: ArrayLike<number>): void {
    for (let index = 0; index < values.length; index++)
      this.#values.push(values[index] ?? Number.NaN)
    if (this.#values.length > 2 * this.most) this.#values = [...this.values]
  }

  get values(): readonly number[] {
    return this.#values.length > this.most ? this.#values.slice(-this.most) : this.#values
  }
}
