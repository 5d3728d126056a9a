import { fail } from './errors.js'

/**
 * How often something happens. `steps` are optimizer steps over the whole run; `epochs` may be a
 * share of an epoch (`0.25`: four times in each, counted anew in every epoch); `seconds` are wall
 * time since the last time. 0 means never.
 */
export type Every = Readonly<{ steps: number } | { epochs: number } | { seconds: number }>

/** The counters that a schedule looks at: of completed batches in the epoch and of optimizer steps. */
export type ScheduleClock = { readonly batch: number; readonly step: number }
/** The state of a schedule between two looks: the step and the time (ms) at which it last fell due. */
export type ScheduleState = { lastStep: number; lastAt: number }

const WANTED: Readonly<Record<string, string>> = {
  steps: 'a whole number of steps',
  epochs: 'a whole number of epochs or a share of one between 0 and 1',
  seconds: 'a number of seconds from 0',
}

/** Checks a schedule. @throws REG_OPTION_INVALID */
export function checkEvery(every: unknown, option: string): void {
  const [unit, amount] = parts(every)
  const wanted = WANTED[unit] ?? '{ steps: n }, { epochs: n } or { seconds: n }'
  const mayBeBroken = unit === 'seconds' || (unit === 'epochs' && amount <= 1)
  if (unit in WANTED && amount >= 0 && (mayBeBroken || Number.isInteger(amount))) return
  fail('REG_OPTION_INVALID.value', { option, found: every, wanted })
}

/** Whether a schedule falls due in the middle of epochs, so that it is asked after each batch. */
export const isWithinEpoch = (every: Every): boolean => !('epochs' in every) || every.epochs < 1

/** Whether a schedule of whole epochs is due after this many completed epochs. */
export const isDueAtEpoch = (every: Every, epochs: number): boolean =>
  !isWithinEpoch(every) && epochs % amountOf(every) === 0

/**
 * Whether a schedule is due after a batch. A step that did not change since the last look (its
 * gradients were withheld) does not trigger twice.
 *
 * @param now in milliseconds
 * @param size batches of an epoch, needed for shares of one
 */
export function isDueAfterBatch(
  every: Every,
  { batch, step }: ScheduleClock,
  { lastStep, lastAt }: ScheduleState,
  now: number,
  size: number | undefined,
): boolean {
  if ('steps' in every) return step !== lastStep && step % every.steps === 0
  if ('seconds' in every) return every.seconds > 0 && now - lastAt >= every.seconds * 1000
  const isShare = every.epochs > 0 && every.epochs < 1 && size !== undefined
  return isShare && batch % batchesOfShare(every.epochs, size) === 0
}

/** A share of an epoch in batches, at least one. */
export const batchesOfShare = (share: number, epochSize: number): number =>
  Math.max(1, Math.floor(epochSize * share + 1e-9))

/** A schedule in words: `every 100 steps`. */
export function describeEvery(every: Every): string {
  const [unit, amount] = parts(every)
  if (amount === 0) return 'never'
  if (unit === 'epochs' && amount < 1) return `every ${amount} of an epoch`
  return amount === 1 ? `every ${unit.slice(0, -1)}` : `every ${amount} ${unit}`
}

/** The number of a schedule, whatever it counts; 0 means never. */
export const amountOf = (every: Every): number => parts(every)[1]

/** Unit and amount of what may be a schedule; the amount of what is none is NaN. */
function parts(every: unknown): readonly [string, number] {
  const [[unit, amount] = ['', ''], ...more] = Object.entries(Object(every))
  return [more.length === 0 ? unit : '', typeof amount === 'number' ? amount : Number.NaN]
}
