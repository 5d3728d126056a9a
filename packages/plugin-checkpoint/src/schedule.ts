import { type Every, RegimenError } from '@regimen/core'

/** A moment at which something may be due. */
export interface Moment {
  /** Completed batches of the epoch. */
  readonly batch: number
  readonly step: number
  /** Completed epochs. */
  readonly epoch: number
  /** Milliseconds on a clock that never jumps. */
  readonly now: number
  /** Batches of an epoch, if known. */
  readonly epochSize: number | undefined
}

/** When something was last due. */
export interface LastDue {
  readonly step: number
  readonly now: number
}

/** Whether a schedule is asked after each batch, rather than at the end of epochs. */
export function isWithinEpoch(every: Every): boolean {
  return !('epochs' in every) || every.epochs < 1
}

/** Whether a schedule is due after a batch. A step that did not change makes nothing due again. */
export function isDueAfterBatch(every: Every, at: Moment, last: LastDue): boolean {
  if ('steps' in every) {
    return every.steps > 0 && at.step !== last.step && at.step % every.steps === 0
  }
  if ('seconds' in every) return every.seconds > 0 && at.now - last.now >= every.seconds * 1000
  if (every.epochs === 0 || every.epochs >= 1 || at.epochSize === undefined) return false
  return at.batch % Math.max(1, Math.floor(at.epochSize * every.epochs + 1e-9)) === 0
}

/** Whether a schedule is due at the end of an epoch. */
export function isDueAtEpoch(every: Every, { epoch }: Moment): boolean {
  return 'epochs' in every && every.epochs >= 1 && epoch % every.epochs === 0
}

/** Checks a schedule. @throws REG_OPTION_INVALID */
export function checkEvery(value: unknown, option: string): Every {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  const [unit, amount] = entries.length === 1 ? (entries[0] as [string, unknown]) : []
  const isWhole = Number.isInteger(amount)
  const wanted =
    unit === undefined || !['steps', 'epochs', 'seconds'].includes(unit)
      ? 'one of { steps: n }, { epochs: n } and { seconds: n }'
      : typeof amount !== 'number' || !(amount >= 0) || amount === Number.POSITIVE_INFINITY
        ? `a number of ${unit} from 0`
        : (unit === 'steps' || (unit === 'epochs' && amount > 1)) && !isWhole
          ? `a whole number of ${unit}`
          : undefined
  if (wanted === undefined) return value as Every
  const found = JSON.stringify(value) ?? String(value)
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `"${option}" of checkpoint is ${found}; give ${wanted}.`,
  )
}

/** Whether a schedule means never. */
export function isNever(every: Every): boolean {
  return Object.values(every)[0] === 0
}
