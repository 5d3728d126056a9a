import type { Tensor } from '@tensorflow/tfjs-core'
import { isTensor } from './containers.js'
import { quote, quoteAll } from './errors.js'
import type { LogOptions } from './module.js'

/**
 * How a metric is kept: the options of its first value, complete. `isPlain` tells that step and epoch
 * share one name, as for what a step returns.
 */
export type MetricOptions = Required<Omit<LogOptions, 'batchSize'>> & { readonly isPlain?: true }

const PLAIN = { onStep: true, onEpoch: true, isPlain: true } as const
/** How metrics are kept that a training step returns, and the loss. */
export const RETURNED: MetricOptions = { ...PLAIN, progress: false, reduce: 'mean' }
export const LOSS: MetricOptions = { ...RETURNED, progress: true }

/** One metric of an epoch: sums in float64, added in the order of the steps. Saved as it is. */
export type Metric = Readonly<Record<'name' | 'stepName' | 'epochName', string>> & {
  readonly options: MetricOptions
  total: number
  weight: number
  /** The newest value that was added, if any was: the step that gave the first may have failed. */
  last?: number
}

/** A value of a metric: known, or on the device in a tensor that is owned until the value is added. */
export type Logged = {
  readonly metric: Metric
  readonly weight?: number
  readonly stamp?: number
  value: number | undefined
  tensor?: Tensor
  reading?: ReturnType<Tensor['data']> | undefined
}

/** A metric without values. @param suffix goes behind all its names */
export function newMetric(name: string, options = RETURNED, suffix = ''): Metric {
  const { onStep, onEpoch, isPlain } = options
  const [step, epoch] = onStep && onEpoch && !isPlain ? ['_step', '_epoch'] : ['', '']
  const names = { stepName: name + step + suffix, epochName: name + epoch + suffix }
  return { name: name + suffix, ...names, options, total: 0, weight: 0 }
}

/** The value, downloaded once, however many ask. Waits for the device. */
export async function read(logged: Logged): Promise<number> {
  logged.reading ??= logged.tensor?.data()
  logged.value ??= Number((await logged.reading)?.[0])
  return logged.value
}

const KINDS: readonly string[] = ['mean', 'sum', 'min', 'max']

/** What is wrong with a value or with how it was logged, if anything is. */
export function problemOf(name: unknown, value: unknown, options: MetricOptions, kept = options) {
  const { onStep, onEpoch, progress, reduce } = options
  if (typeof name !== 'string' || name === '') return 'which is no name'
  if (isTensor(value) && value.size !== 1)
    return `with a tensor of shape [${value.shape}]; it must have a single element`
  if (!isTensor(value) && typeof value !== 'number')
    return `with ${quote(value)}, which cannot be logged; give a number or a tensor of one element`
  if (!KINDS.includes(reduce)) return `with reduce ${quote(reduce)}; give ${quoteAll(KINDS)}`
  if (!onStep && !onEpoch)
    return 'with neither onStep nor onEpoch, which is not useful; ask for one'
  const isSameTime = onStep === kept.onStep && onEpoch === kept.onEpoch
  if (isSameTime && progress === kept.progress && reduce === kept.reduce) return undefined
  return 'twice with different options; give the same'
}
