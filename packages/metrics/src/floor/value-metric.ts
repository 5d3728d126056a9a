import * as tf from '@tensorflow/tfjs-core'
import { BaseMetric } from './base-metric.js'
import { refuse } from './fault.js'
import { asTensor } from './host-values.js'
import type { Values } from './metric.js'
import { Pending } from './pending.js'
import type { Rows } from './sum-metric.js'

/** The values of a batch that are kept, and how many cannot be used. */
export interface BatchValues {
  /** A row of values for each row: `[rows, columns]`. */
  readonly values: tf.Tensor2D
  /** Scalars. */
  readonly faults: Readonly<Record<string, tf.Tensor>>
}

/** A metric whose value needs every row. */
export interface ValueRule<Value> {
  readonly name: string
  /** Name and what the columns depend on. */
  readonly kind: string
  /** How many values of a row are kept. */
  readonly columns: number
  /** Texts of faults by their names. */
  readonly faults: Readonly<Record<string, string>>
  /** Brings what `update` received to rows. @throws REG_METRIC_INPUT */
  rows(predictions: tf.Tensor, targets: tf.Tensor): Rows
  /** What is kept of some rows. */
  keep(rows: Rows): BatchValues
  /** The value of all rows, one after another. @param note takes why it is NaN, or what was left out */
  value(rows: readonly number[], note: (notice: string) => void): Value
}

/** A metric that keeps the values of all rows, on the host: 8 bytes each. */
export class ValueMetric<Value> extends BaseMetric<Value, Values, Values> {
  protected readonly kind: string
  protected readonly pending = new Pending((values) => this.#arrived(values))
  readonly #rule: ValueRule<Value>
  readonly #faults: readonly [name: string, text: string][]
  #rows: number[] = []

  constructor(rule: ValueRule<Value>) {
    super(rule.name)
    this.#rule = rule
    this.kind = rule.kind
    this.#faults = Object.entries(rule.faults)
  }

  fresh(): ValueMetric<Value> {
    return new ValueMetric(this.#rule)
  }

  protected take(predictions: Values, targets: Values | undefined): boolean {
    const batch = tf.tidy(() => {
      const rows = this.#rule.rows(
        asTensor(this.name, 'predictions', predictions),
        asTensor(this.name, 'targets', targets),
      )
      if (rows.predictions.size === 0) return undefined
      const { values, faults } = this.#rule.keep(rows)
      const counts = this.#faults.map(([name]) => faults[name] ?? tf.scalar(0))
      return tf.concat1d([...counts, values].map((tensor) => tf.reshape(tensor, [-1])))
    })
    if (batch) this.pending.add(batch)
    return batch !== undefined
  }

  protected value(): Value {
    return this.#rule.value(this.#rows, (notice) => {
      this.notice = notice
    })
  }

  protected clear(): void {
    this.#rows = []
  }

  protected save(): readonly number[] {
    return [...this.#rows]
  }

  protected load(values: readonly number[]): void {
    this.#rows = [...values]
  }

  #arrived(values: ArrayLike<number>): void {
    for (const [index, [fault, text]] of this.#faults.entries()) {
      const count = values[index] ?? 0
      if (count > 0) refuse(this.name, `${count} ${text}.`, { fault, count })
    }
    for (let index = this.#faults.length; index < values.length; index++)
      this.#rows.push(values[index] ?? Number.NaN)
  }
}
