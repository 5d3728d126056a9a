import * as tf from '@tensorflow/tfjs-core'

/** A tensor of a batch, before it is one. */
export interface OutputSpec {
  readonly name: string
  readonly dtype: 'float32' | 'int32' | 'string'
  /** Numbers per row. */
  readonly width: number
  /** Whether its rows are lists, even of one number. */
  readonly isMatrix: boolean
}

/** Numbers or texts of many rows, one row after the other. */
export type OutputData = Float32Array | Int32Array | string[]

/** Rows in the form that tensors are made of. Grows as rows are added. */
export class RowStore {
  rows = 0
  data: OutputData[]
  #capacity: number

  constructor(
    readonly outputs: readonly OutputSpec[],
    capacity: number,
  ) {
    this.#capacity = Math.max(1, capacity)
    this.data = outputs.map((output) => emptyData(output, this.#capacity))
  }

  /** Makes room for one more row of zeros, and returns its index. */
  push(): number {
    if (this.rows === this.#capacity) this.#grow()
    return this.rows++
  }

  /** Forgets all rows and keeps the room. */
  clear(): void {
    for (const data of this.data) data.fill(0 as never)
    this.rows = 0
  }

  /** Puts a row of a store with the same outputs in the place of one of this store. */
  copyRow(row: number, source: RowStore, sourceRow: number): void {
    for (let index = 0; index < this.outputs.length; index++) {
      const { width } = this.outputs[index] as OutputSpec
      const [target, data] = [this.data[index], source.data[index]] as [
        Float32Array,
        Float32Array,
      ]
      const [to, from] = [row * width, sourceRow * width]
      for (let offset = 0; offset < width; offset++)
        target[to + offset] = data[from + offset] as number
    }
  }

  /** The data of an output, without the room that is not used. */
  dataOf(index: number): OutputData {
    const { width } = this.outputs[index] as OutputSpec
    const data = this.data[index] as OutputData
    return Array.isArray(data)
      ? data.slice(0, this.rows)
      : data.subarray(0, this.rows * width)
  }

  /** A batch of tensors of some rows. The caller disposes of them. */
  batch(rows: Uint32Array): Record<string, tf.Tensor> {
    const store = new RowStore(this.outputs, rows.length)
    for (const row of rows) store.copyRow(store.push(), this, row)
    return store.tensors()
  }

  /** The rows as tensors, which take over the data. The caller disposes of them. */
  tensors(): Record<string, tf.Tensor> {
    const made: [string, tf.Tensor][] = []
    try {
      for (const [index, { name, dtype, width, isMatrix }] of this.outputs.entries()) {
        const shape = isMatrix ? [this.rows, width] : [this.rows]
        made.push([name, tf.tensor(this.dataOf(index), shape, dtype)])
      }
    } catch (thrown) {
      for (const [, tensor] of made) tensor.dispose()
      throw thrown
    }
    return Object.fromEntries(made)
  }

  #grow(): void {
    this.#capacity *= 2
    this.data = this.data.map((data, index) => {
      if (Array.isArray(data)) return data
      const larger = emptyData(this.outputs[index] as OutputSpec, this.#capacity)
      ;(larger as Float32Array).set(data)
      return larger
    })
  }
}

function emptyData({ dtype, width }: OutputSpec, rows: number): OutputData {
  if (dtype === 'string') return []
  return dtype === 'int32' ? new Int32Array(rows * width) : new Float32Array(rows * width)
}
