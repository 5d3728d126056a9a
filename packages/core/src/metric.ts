import type { Tensor } from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { fail } from './errors.js'
import { readScalar } from './metrics.js'
import type { LogOptions, MetricValue, Reduction } from './module.js'
import { quote } from './nearest.js'

/**
 * How a metric is kept: the options of its first value, complete. `isPlain` tells whether step and
 * epoch share one name, as what a step returns does.
 */
export type MetricOptions = Readonly<
  { reduce: Reduction } & Record<'onStep' | 'onEpoch' | 'progress' | 'isPlain', boolean>
>

/** The saved sums of a metric. */
export type MetricState = Pick<Metric, 'name' | 'sum' | 'weight' | 'extreme' | 'last' | 'options'>

/** One metric of an epoch: sums in float64, added in the order of the steps. */
export class Metric {
  readonly name: string
  readonly stepName: string
  readonly epochName: string
  /** The step that gave the newest value. */
  stamp = -1
  /** The newest value; `undefined` while it is still on the device. */
  value: number | undefined
  /** The newest value on the device, until it is read. */
  tensor: Tensor | undefined
  /** The newest value that was added. */
  last = Number.NaN
  sum = 0
  weight = 0
  extreme: number

  constructor(
    name: string,
    readonly options: MetricOptions,
    suffix = '',
  ) {
    const hasBoth = options.onStep && options.onEpoch && !options.isPlain
    this.name = name + suffix
    this.stepName = (hasBoth ? `${name}_step` : name) + suffix
    this.epochName = (hasBoth ? `${name}_epoch` : name) + suffix
    this.extreme = options.reduce === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  }

  /** Takes a value: known, or on the device. */
  set(stamp: number, value: number | Tensor): void {
    const isKnown = typeof value === 'number'
    this.stamp = stamp
    this.value = isKnown ? value : undefined
    this.tensor = isKnown ? undefined : value
  }

  /** Downloads the newest value once, however many ask. */
  read(): Promise<number> {
    return readScalar(this.tensor as Tensor)
  }

  /** Adds a value to the epoch. */
  add(value: number, weight: number): void {
    this.last = value
    this.sum += value * weight
    this.weight += weight
    if (this.options.reduce === 'min') this.extreme = Math.min(this.extreme, value)
    if (this.options.reduce === 'max') this.extreme = Math.max(this.extreme, value)
  }

  /** The value of the epoch so far. */
  get reduced(): number {
    const { reduce } = this.options
    if (reduce === 'mean') return this.sum / this.weight
    return reduce === 'sum' ? this.sum : this.extreme
  }

  /** Whether no value was added, since the step that gave the first one failed. */
  get isEmpty(): boolean {
    return this.weight === 0 && Number.isNaN(this.last)
  }

  /** What a snapshot keeps. */
  save(): MetricState {
    const { name, sum, weight, extreme, last, options } = this
    return { name, sum, weight, extreme, last, options }
  }
}

const MEAN = { progress: false, reduce: 'mean' } as const
const RETURNED: MetricOptions = { ...MEAN, onStep: true, onEpoch: true, isPlain: true }

/** How metrics are kept: those that a training step returns, its loss, what it logs, evaluations. */
export const KEPT = {
  returned: RETURNED,
  loss: { ...RETURNED, progress: true },
  logged: { ...RETURNED, onEpoch: false, isPlain: false },
  evaluated: { ...RETURNED, onStep: false, isPlain: false },
} as const

/** The options of a logged value, complete. @throws REG_LOG_INVALID */
export function completeOptions(
  name: string,
  given: LogOptions,
  defaults: MetricOptions,
): MetricOptions {
  const { onStep = defaults.onStep, onEpoch = defaults.onEpoch, progress = false } = given
  const { reduce = 'mean' } = given
  if (!['mean', 'sum', 'min', 'max'].includes(reduce)) {
    invalid(name, `with reduce ${quote(reduce)}; give "mean", "sum", "min" or "max"`)
  }
  if (onStep || onEpoch) return { onStep, onEpoch, progress, reduce, isPlain: false }
  return invalid(name, 'with onStep: false and onEpoch: false, which is not useful; ask for one')
}

/** Checks what was logged. @throws REG_LOG_INVALID */
export function checkMetric(name: string, value: unknown): asserts value is MetricValue {
  if (typeof name !== 'string' || name === '') invalid(String(name), 'which is no name')
  if (typeof value === 'number' || (isTensor(value) && value.size === 1)) return
  if (isTensor(value))
    invalid(name, `with a tensor of shape [${value.shape}]; it must have a single element`)
  const advice = 'give a number or a tensor of one element'
  invalid(name, `with ${quote(value)}, which cannot be logged; ${advice}`)
}

/** Whether a metric is kept in the same way. */
export function isSame(a: MetricOptions, b: MetricOptions): boolean {
  const isSameTime = a.onStep === b.onStep && a.onEpoch === b.onEpoch
  return isSameTime && a.progress === b.progress && a.reduce === b.reduce
}

/** @throws REG_LOG_INVALID */
export function invalid(name: string, what: string): never {
  return fail('REG_LOG_INVALID', `${quote(name)} was logged ${what}.`)
}
