import type { Tensor } from '@tensorflow/tfjs-core'
import type { Json } from './json.js'
import type { Reduction } from './log-options.js'

/** How a metric is kept: the options of its first value, complete. */
export interface CellOptions {
  readonly onStep: boolean
  readonly onEpoch: boolean
  readonly progress: boolean
  readonly reduce: Reduction
  /** Whether step and epoch share one name, as what a step returns does. */
  readonly isPlain: boolean
}

/** The saved sums of a metric. */
export type CellState = {
  readonly name: string
  readonly sum: number
  readonly weight: number
  readonly extreme: number
  readonly last: number
  readonly options: CellOptions & { readonly [key: string]: Json }
}

/** One metric of an epoch: sums in float64, added in the order of the steps. */
export class MetricCell {
  readonly name: string
  readonly stepName: string
  readonly epochName: string
  readonly options: CellOptions
  /** The step that gave the newest value. */
  stamp = -1
  /** The newest value; `undefined` while it is still on the device. */
  value: number | undefined
  /** The newest value on the device, until it is read. */
  tensor: Tensor | undefined
  #reading: Promise<number> | undefined
  #sum = 0
  #weight = 0
  #extreme: number
  #last = Number.NaN

  constructor(name: string, options: CellOptions, suffix = '') {
    const hasBoth = options.onStep && options.onEpoch && !options.isPlain
    this.name = name + suffix
    this.stepName = (hasBoth ? `${name}_step` : name) + suffix
    this.epochName = (hasBoth ? `${name}_epoch` : name) + suffix
    this.options = options
    this.#extreme = options.reduce === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  }

  /** Takes a value that is known. */
  setNumber(stamp: number, value: number): void {
    this.stamp = stamp
    this.value = value
    this.tensor = undefined
    this.#reading = undefined
  }

  /** Takes a value that is on the device. */
  setTensor(stamp: number, tensor: Tensor): void {
    this.stamp = stamp
    this.value = undefined
    this.tensor = tensor
    this.#reading = undefined
  }

  /** Downloads the newest value once, however many ask. */
  read(): Promise<number> {
    if (this.value !== undefined) return Promise.resolve(this.value)
    this.#reading ??= readScalar(this.tensor as Tensor)
    return this.#reading
  }

  /** Adds a value to the epoch. */
  add(value: number, weight: number): void {
    this.#last = value
    this.#sum += value * weight
    this.#weight += weight
    const { reduce } = this.options
    if (reduce === 'min') this.#extreme = Math.min(this.#extreme, value)
    if (reduce === 'max') this.#extreme = Math.max(this.#extreme, value)
  }

  /** The newest value that was added. */
  get last(): number {
    return this.#last
  }

  /** The value of the epoch so far. */
  get reduced(): number {
    switch (this.options.reduce) {
      case 'mean':
        return this.#sum / this.#weight
      case 'sum':
        return this.#sum
      default:
        return this.#extreme
    }
  }

  /** What a snapshot keeps. */
  save(): CellState {
    return {
      name: this.name,
      sum: this.#sum,
      weight: this.#weight,
      extreme: this.#extreme,
      last: this.#last,
      options: { ...this.options },
    }
  }

  /** A cell that goes on from saved sums. */
  static restore(state: CellState): MetricCell {
    const cell = new MetricCell(state.name, state.options)
    cell.#sum = state.sum
    cell.#weight = state.weight
    cell.#extreme = state.extreme
    cell.#last = state.last
    return cell
  }
}

/** Downloads a tensor of one element. Waits for the device. */
export async function readScalar(tensor: Tensor): Promise<number> {
  return Number((await tensor.data())[0])
}
