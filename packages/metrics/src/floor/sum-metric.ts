import type { RecordContent } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { BaseMetric } from './base-metric.js'
import { refuse } from './fault.js'
import { asTensor } from './host-values.js'
import type { Values } from './metric.js'
import { Pending } from './pending.js'

/** Elements that are counted at a time: counts in float32 are exact below 2^24. */
const MOST_AT_ONCE = 2 ** 22

/** Predictions and targets, a row each. */
export interface Rows {
  readonly predictions: tf.Tensor2D
  readonly targets: tf.Tensor2D
}

/** What a batch adds, and how many of its values cannot be used, by what is wrong with them. */
export interface BatchSums {
  /** All sums, in order; any shapes. */
  readonly sums: readonly tf.Tensor[]
  /** Scalars. */
  readonly faults: Readonly<Record<string, tf.Tensor>>
}

/** A metric whose value follows from sums over rows. */
export interface SumRule<Value> {
  readonly name: string
  /** Name and what the number of sums depends on. */
  readonly kind: string
  /** How many sums are kept. */
  readonly size: number
  /** How many a batch has, where `add` makes others of them. Default: `size`. */
  readonly batchSize?: number
  /** Elements that a row needs on the way. Default: its columns. */
  readonly width?: number
  /** Texts of faults by their names, in the order of `BatchSums.faults`: `… of the predictions are NaN`. */
  readonly faults: Readonly<Record<string, string>>
  /** Brings what `update` received to rows. @throws REG_METRIC_INPUT */
  rows(predictions: tf.Tensor, targets: tf.Tensor): Rows
  /** The sums of some rows: synchronous, on the device. */
  sums(rows: Rows): BatchSums
  /** Adds the sums of a batch to those so far. Default: element by element. */
  add?(totals: Float64Array, batch: ArrayLike<number>): void
  /** The value. @param note takes why it is NaN, or what was left out */
  value(totals: Float64Array, note: (notice: string) => void): Value
  /** Pictures and tables of a value. */
  contents?(name: string, value: Value): readonly RecordContent[]
}

/** A metric from its rule. Sums are added in float64, on the host. */
export class SumMetric<Value> extends BaseMetric<Value, Values, Values> {
  protected readonly kind: string
  protected readonly pending = new Pending((values) => this.#arrived(values))
  readonly #rule: SumRule<Value>
  readonly contents?: (name: string, value: Value) => readonly RecordContent[]
  readonly #totals: Float64Array
  readonly #faults: readonly [name: string, text: string][]

  constructor(rule: SumRule<Value>) {
    super(rule.name)
    this.#rule = rule
    this.kind = rule.kind
    if (rule.contents) this.contents = rule.contents
    this.#totals = new Float64Array(rule.size)
    this.#faults = Object.entries(rule.faults)
  }

  fresh(): SumMetric<Value> {
    return new SumMetric(this.#rule)
  }

  protected take(predictions: Values, targets: Values | undefined): boolean {
    const blocks = tf.tidy(() => {
      const rows = this.#rule.rows(
        asTensor(this.name, 'predictions', predictions),
        asTensor(this.name, 'targets', targets),
      )
      const all = blocksOf(rows, this.#rule.width).map((block) => this.#blockSums(block))
      return all.length === 0 ? undefined : tf.stack(all)
    })
    if (blocks === undefined) return false
    this.pending.add(blocks)
    return true
  }

  protected value(): Value {
    return this.#rule.value(this.#totals, (notice) => {
      this.notice = notice
    })
  }

  protected clear(): void {
    this.#totals.fill(0)
  }

  protected save(): readonly number[] {
    return [...this.#totals]
  }

  protected load(values: readonly number[]): void {
    this.#totals.set(values)
  }

  #blockSums(rows: Rows): tf.Tensor1D {
    const { sums, faults } = this.#rule.sums(rows)
    const counts = this.#faults.map(([name]) => faults[name] ?? tf.scalar(0))
    return tf.concat1d([...counts, ...sums].map(flat))
  }

  /** @param values for each block: counts of faults, then sums */
  #arrived(values: ArrayLike<number>): void {
    const list = Array.from(values)
    const [faults, { size, batchSize = size }] = [this.#faults, this.#rule]
    const length = faults.length + batchSize
    const blocks = Array.from({ length: list.length / length }, (_, index) =>
      list.slice(index * length, (index + 1) * length),
    )
    for (const [index, [fault, text]] of faults.entries()) {
      const count = blocks.reduce((sum, block) => sum + (block[index] ?? 0), 0)
      if (count > 0) refuse(this.name, `${count} ${text}.`, { fault, count })
    }
    for (const block of blocks) this.#add(block.slice(faults.length))
  }

  #add(batch: readonly number[]): void {
    const { add = addEach } = this.#rule
    add(this.#totals, batch)
  }
}

function addEach(totals: Float64Array, batch: ArrayLike<number>): void {
  for (let index = 0; index < totals.length; index++)
    totals[index] = (totals[index] ?? 0) + (batch[index] ?? 0)
}

const flat = (tensor: tf.Tensor): tf.Tensor1D =>
  tf.reshape(tensor.dtype === 'float32' ? tensor : tf.cast(tensor, 'float32'), [-1])

/** Rows in blocks of which no sum can be inexact. */
function blocksOf({ predictions, targets }: Rows, width = 0): Rows[] {
  const [count, columns] = predictions.shape
  if (count === 0) return []
  const size = Math.max(
    1,
    Math.floor(MOST_AT_ONCE / Math.max(columns, targets.shape[1], width)),
  )
  if (count <= size) return [{ predictions, targets }]
  return Array.from({ length: Math.ceil(count / size) }, (_, index) => {
    const length = Math.min(size, count - index * size)
    return {
      predictions: tf.slice2d(predictions, [index * size, 0], [length, -1]),
      targets: tf.slice2d(targets, [index * size, 0], [length, -1]),
    }
  })
}
