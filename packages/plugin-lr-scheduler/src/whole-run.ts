import { invalidOption, quote, type RunInfo } from '@regimen/core'
import type { Schedule } from './schedule.js'

/** A schedule that is made when the length of the run is known. */
export interface WholeRun {
  readonly kind: 'wholeRun'
  readonly make: (steps: number) => Schedule
}

/**
 * A schedule over the whole run, however long that is: `make` receives how many steps, or epochs with
 * `interval: 'epoch'`, the run can have at most by `maxEpochs`, `maxSteps`, the training loader's size
 * and the accumulation of gradients. `maxSeconds` and plugins that stop a run play no part.
 *
 * @throws REG_OPTION_INVALID; at the start of a fit too, if that number is unknown
 * @example
 * lrScheduler({ schedule: wholeRun((steps) => cosine({ steps })), interval: 'step' })
 */
export function wholeRun(make: (steps: number) => Schedule): WholeRun {
  if (typeof make !== 'function') {
    invalidOption(
      'wholeRun',
      'make',
      make,
      'a function such as (steps) => cosine({ steps })',
    )
  }
  return { kind: 'wholeRun', make }
}

/** What limits a run. */
export interface RunLimits {
  /** Batches of an epoch, if known. */
  readonly trainBatches: number | undefined
  readonly maxEpochs: number
  /** Batches in which weights may change. */
  readonly maxSteps: number
  /** Batches per optimizer step in a 0-based epoch. */
  readonly batchesAt: (epoch: number) => number
}

/** Steps and epochs that a run has at most; `Infinity` if nothing limits them. */
export function lengthOfRun({ trainBatches, maxEpochs, maxSteps, batchesAt }: RunLimits) {
  if (trainBatches === undefined || trainBatches === 0)
    return { steps: maxSteps, epochs: maxEpochs }
  if (maxEpochs === Number.POSITIVE_INFINITY && maxSteps === maxEpochs) {
    return { steps: maxSteps, epochs: maxEpochs }
  }
  let steps = 0
  let epochs = 0
  while (epochs < maxEpochs && steps < maxSteps) {
    steps += Math.ceil(trainBatches / batchesAt(epochs))
    epochs++
  }
  return { steps: Math.min(steps, maxSteps), epochs }
}

/** The schedule for a run. @throws REG_OPTION_INVALID */
export function scheduleOver(
  { make }: WholeRun,
  { options, trainBatches }: RunInfo,
  interval: 'step' | 'epoch',
  batchesAt: (epoch: number) => number,
): Schedule {
  const { maxEpochs, maxSteps } = options
  const { steps, epochs } = lengthOfRun({ trainBatches, maxEpochs, maxSteps, batchesAt })
  const length = interval === 'epoch' ? epochs : steps
  if (length === Number.POSITIVE_INFINITY) {
    const limit = 'one, a training loader with a "size", or a schedule with a number'
    const expected = `${limit}: nothing says how many ${interval}s the run will have`
    invalidOption('wholeRun', 'maxSteps', maxSteps, expected, {
      data: { options: ['maxSteps', 'maxEpochs', 'size'] },
    })
  }
  const schedule: unknown = make(length)
  if (typeof schedule === 'function') return schedule as Schedule
  const expected = 'a function that returns a schedule such as cosine({ steps })'
  return invalidOption('wholeRun', 'make', schedule, expected, {
    foundText: `a function that returned ${quote(schedule)}`,
  })
}
