import * as tf from '@tensorflow/tfjs-core'
import { valueAtHand } from './host-memory.js'
import { checkSame } from './log-rules.js'
import { type CellOptions, type CellState, MetricCell, readScalar } from './metric-cell.js'
import type { MetricValue } from './module.js'
import { StepMetrics } from './step-metrics.js'

/** Reads waiting on the device before they are fetched together. */
const MAX_PENDING = 256

interface PendingRead {
  readonly cell: MetricCell
  readonly tensor: tf.Tensor
  readonly weight: number
  readonly stamp: number
  readonly reading: Promise<number> | undefined
}

/** Told the loss of each step as soon as it is known, in order. */
export type LossWatcher = (value: number, stamp: number) => void

/**
 * The metrics of one epoch or evaluation. Values are read at once where that is free; elsewhere
 * they stay on the device and are fetched together. Launches no kernel.
 */
export class MetricLog {
  readonly #cells = new Map<string, MetricCell>()
  readonly #aliases = new Map<string, MetricCell>()
  readonly #pending: PendingRead[] = []
  readonly #watchLoss: LossWatcher | undefined
  #stamp: number
  /** Appended to each name: `/loader` where there are several. */
  suffix = ''

  /** @param firstStamp steps of the epoch before this log began, as when it is gone on with */
  constructor(watchLoss?: LossWatcher, firstStamp = 0) {
    this.#watchLoss = watchLoss
    this.#stamp = firstStamp
  }

  /** Begins a step; what was logged before is not of this step. */
  beginStep(): void {
    this.#stamp++
  }

  get stamp(): number {
    return this.#stamp
  }

  /** Takes a value. A tensor is kept beyond the surrounding tidy only where it cannot be read at once. */
  take(name: string, value: MetricValue, weight: number, options: CellOptions): void {
    const cell = this.#cellOf(name, options)
    if (typeof value === 'number') {
      this.#known(cell, value, weight)
      return
    }
    const atHand = valueAtHand(value)
    if (atHand !== undefined) {
      this.#known(cell, atHand, weight)
      return
    }
    const kept = value.kept ? tf.keep(value.clone()) : tf.keep(value)
    cell.setTensor(this.#stamp, kept)
    const stamp = this.#stamp
    this.#pending.push({ cell, tensor: kept, weight, stamp, reading: undefined })
  }

  #known(cell: MetricCell, value: number, weight: number): void {
    if (this.#watchLoss && cell.name === 'loss') this.#watchLoss(value, this.#stamp)
    cell.setNumber(this.#stamp, value)
    cell.add(value, weight)
  }

  #cellOf(name: string, options: CellOptions): MetricCell {
    const key = this.suffix === '' ? name : name + this.suffix
    const found = this.#cells.get(key)
    if (!found) return this.#adopt(new MetricCell(name, options, this.suffix))
    if (found.options !== options) checkSame(name, found.options, options)
    return found
  }

  #adopt(cell: MetricCell): MetricCell {
    this.#cells.set(cell.name, cell)
    this.#aliases.set(cell.stepName, cell)
    this.#aliases.set(cell.epochName, cell)
    return cell
  }

  /** Whether so much waits on the device that it should be fetched. */
  get isFull(): boolean {
    return this.#pending.length >= MAX_PENDING
  }

  get hasPending(): boolean {
    return this.#pending.length > 0
  }

  /** Fetches what waits on the device and adds it in order. Waits for the device. */
  async flush(): Promise<void> {
    const reads = this.#pending.splice(0)
    try {
      const values = await Promise.all(
        reads.map(({ cell, tensor }) =>
          cell.tensor === tensor ? cell.read() : readScalar(tensor),
        ),
      )
      for (const [index, { cell, tensor, weight, stamp }] of reads.entries()) {
        const value = values[index] as number
        if (this.#watchLoss && cell.name === 'loss') this.#watchLoss(value, stamp)
        if (cell.tensor === tensor) cell.setNumber(stamp, value)
        cell.add(value, weight)
      }
    } finally {
      for (const { tensor } of reads) tensor.dispose()
    }
  }

  /** Forgets what waits on the device, as after an error. */
  dispose(): void {
    for (const { tensor } of this.#pending.splice(0)) tensor.dispose()
  }

  /** The metrics of the current step, until they are released. */
  step(origin: string): StepMetrics {
    return new StepMetrics(this.#cells, this.#aliases, this.#stamp, origin)
  }

  /** Values of this step that are reported per step, by name. Waits for the device where it must. */
  async stepValues(): Promise<Record<string, number>> {
    const values: Record<string, number> = {}
    for (const cell of this.#cells.values()) {
      if (cell.options.onStep && cell.stamp === this.#stamp) {
        values[cell.stepName] = cell.value ?? (await cell.read())
      }
    }
    return values
  }

  /** Values of the epoch by name, plain names included. To be called after {@link flush}. */
  epochValues(): Map<string, number> {
    const values = new Map<string, number>()
    for (const cell of this.#cells.values()) {
      if (!cell.options.onEpoch) continue
      values.set(cell.epochName, cell.reduced)
    }
    return values
  }

  /** What hooks at the end of an epoch see: epoch values, and newest ones of what has none. */
  allValues(isEpochOver: boolean): Map<string, number> {
    const values = new Map<string, number>()
    for (const cell of this.#cells.values()) {
      const isReduced = cell.options.onEpoch && isEpochOver
      values.set(cell.name, isReduced ? cell.reduced : cell.last)
      if (cell.stepName !== cell.name) values.set(cell.stepName, cell.last)
      if (isReduced) values.set(cell.epochName, cell.reduced)
    }
    return values
  }

  /** Whether a name is one of a cell's, so not added at the end. */
  has(name: string): boolean {
    return this.#cells.has(name) || this.#aliases.has(name)
  }

  get progressNames(): string[] {
    return [...this.#cells.values()]
      .filter((cell) => cell.options.progress)
      .map((cell) => cell.name)
  }

  /** What a snapshot keeps. */
  save(): CellState[] {
    return [...this.#cells.values()].map((cell) => cell.save())
  }

  restore(states: readonly CellState[]): void {
    for (const state of states) this.#adopt(MetricCell.restore(state))
  }
}
