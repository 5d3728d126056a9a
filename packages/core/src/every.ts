import { RegimenError } from './errors.js'
import { quote } from './nearest.js'

/**
 * How often something happens. `steps` are optimizer steps over the whole run; `epochs` may be a
 * share of an epoch (`0.25`: four times in each, counted anew in every epoch); `seconds` are wall
 * time since the last time.
 */
export type Every =
  | { readonly steps: number }
  | { readonly epochs: number }
  | { readonly seconds: number }

/** The counters that a schedule looks at. */
export interface ScheduleClock {
  /** Completed epochs. */
  readonly epoch: number
  /** Completed batches of this epoch. */
  readonly batch: number
  /** Optimizer steps of the whole run. */
  readonly step: number
}

/** The state of a schedule between two looks. */
export interface ScheduleState {
  lastStep: number
  lastAt: number
}

/**
 * Checks a schedule. `{ steps: 0 }`, `{ epochs: 0 }` and `{ seconds: 0 }` mean never.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkEvery(every: unknown, option: string): Every {
  const keys = typeof every === 'object' && every !== null ? Object.keys(every) : []
  const [unit] = keys
  if (keys.length !== 1 || (unit !== 'steps' && unit !== 'epochs' && unit !== 'seconds')) {
    throw invalid(option, every, '{ steps: n }, { epochs: n } or { seconds: n }')
  }
  const amount: unknown = (every as Record<string, unknown>)[unit]
  if (typeof amount !== 'number' || Number.isNaN(amount) || amount < 0) {
    throw invalid(option, every, `a number of ${unit} from 0`)
  }
  if (unit === 'steps' && !Number.isInteger(amount)) {
    throw invalid(option, every, 'a whole number of steps')
  }
  if (unit === 'epochs' && amount > 1 && !Number.isInteger(amount)) {
    throw invalid(option, every, 'a whole number of epochs or a share of one between 0 and 1')
  }
  return every as Every
}

/** Whether a schedule falls due in the middle of epochs, so that it is asked after each batch. */
export function isWithinEpoch(every: Every): boolean {
  return !('epochs' in every) || every.epochs < 1
}

/** Whether a schedule means never. */
export function isNever(every: Every): boolean {
  return ('steps' in every ? every.steps : 'epochs' in every ? every.epochs : every.seconds) === 0
}

/** Whether a schedule of whole epochs is due after this many completed epochs. */
export function isDueAtEpoch(every: Every, epochs: number): boolean {
  return 'epochs' in every && every.epochs >= 1 && epochs % every.epochs === 0
}

/**
 * Whether a schedule is due after a batch. A step that did not change since the last look (its
 * gradients were withheld) does not trigger twice.
 *
 * @param epochSize batches of an epoch, needed for shares of one
 */
export function isDueAfterBatch(
  every: Every,
  clock: ScheduleClock,
  state: ScheduleState,
  now: number,
  epochSize: number | undefined,
): boolean {
  if ('steps' in every) {
    if (every.steps === 0 || clock.step === state.lastStep) return false
    return clock.step % every.steps === 0
  }
  if ('seconds' in every) return every.seconds > 0 && now - state.lastAt >= every.seconds * 1000
  if (every.epochs === 0 || every.epochs >= 1 || epochSize === undefined) return false
  return clock.batch % batchesOfShare(every.epochs, epochSize) === 0
}

/** A share of an epoch in batches, at least one. */
export function batchesOfShare(share: number, epochSize: number): number {
  return Math.max(1, Math.floor(epochSize * share + 1e-9))
}

/** A schedule in words: `every 100 steps`. */
export function describeEvery(every: Every): string {
  const [unit, amount] = Object.entries(every)[0] as [string, number]
  if (amount === 0) return 'never'
  if (unit === 'epochs' && amount < 1) return `every ${amount} of an epoch`
  return amount === 1 ? `every ${unit.slice(0, -1)}` : `every ${amount} ${unit}`
}

function invalid(option: string, found: unknown, wanted: string): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `"${option}" is ${quote(found)}; give ${wanted}.`)
}
