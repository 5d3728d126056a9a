import type { Counters } from './run-state.js'

/**
 * How often something happens. `steps` are optimizer steps over the whole run; `epochs` may be a
 * share of an epoch (`0.25`: four times in each, counted anew in every epoch); `seconds` are wall
 * time since the last time. 0 means never.
 */
export type Every = Readonly<{ steps: number } | { epochs: number } | { seconds: number }>

/** The state of a schedule between two looks: the step and the time (ms) at which it last fell due. */
export type LastDue = { lastStep: number; lastAt: number }
/** What a schedule looks at: the counters, and the batches of an epoch for shares of one. */
type Progress = Readonly<{ state: Counters; trainBatches: number | undefined }>

/** Whether a value is a schedule. */
export function isEvery(value: unknown): boolean {
  const [[unit, amount] = ['', 0], ...more] = Object.entries<number>(Object(value))
  if (!['steps', 'epochs', 'seconds'].includes(unit) || more.length > 0) return false
  const mayBeBroken = unit === 'seconds' || (unit === 'epochs' && amount <= 1)
  return typeof amount === 'number' && amount >= 0 && (mayBeBroken || Number.isInteger(amount))
}

/** Whether a schedule falls due in the middle of epochs, so that it is asked after each batch. */
export const isWithinEpoch = (every: Every): boolean => !('epochs' in every) || every.epochs < 1

/** Whether a schedule of whole epochs is due after this many completed epochs. */
export const isDueAtEpoch = (every: Every, epochs: number): boolean =>
  !isWithinEpoch(every) && epochs % partsOf(every)[1] === 0

/**
 * Whether a schedule is due after a batch. A step that did not change since the last look (its
 * gradients were withheld) does not trigger twice.
 *
 * @param now in milliseconds
 */
export function isDueAtBatch(every: Every, run: Progress, last: LastDue, now: number): boolean {
  const { state, trainBatches: size } = run
  if ('steps' in every) return state.step !== last.lastStep && state.step % every.steps === 0
  if ('seconds' in every) return every.seconds > 0 && now - last.lastAt >= every.seconds * 1000
  const isShare = every.epochs > 0 && every.epochs < 1 && size !== undefined
  return isShare && state.batch % batchesOfShare(every.epochs, size) === 0
}

/** A share of an epoch in batches, at least one. */
export const batchesOfShare = (share: number, epochSize: number): number =>
  Math.max(1, Math.floor(epochSize * share + 1e-9))

/** A schedule in words: `every 100 steps`. */
export function describeEvery(every: Every): string {
  const [unit, amount] = partsOf(every)
  if (amount === 0) return 'never'
  if (unit === 'epochs' && amount < 1) return `every ${amount} of an epoch`
  return amount === 1 ? `every ${unit.slice(0, -1)}` : `every ${amount} ${unit}`
}

/** The unit and the number of a schedule; 0 means never. */
export const partsOf = (every: Every) =>
  Object.entries(every)[0] as [unit: 'steps' | 'epochs' | 'seconds', amount: number]
