import type { Every } from '@regimen/core'

/** A step that is about to be completed. */
export interface Moment {
  /** Optimizer steps, with this one. */
  readonly step: number
  /** Batches of the epoch, with this one. */
  readonly batch: number
  /** Epochs, with this one. */
  readonly epoch: number
  readonly isLastBatch: boolean
  /** Batches of an epoch, if known. */
  readonly epochSize: number | undefined
  /** Milliseconds on a clock that never jumps. */
  readonly now: number
}

/** Whether a schedule is due with a step. `lastAt` is the `now` of when it last was. */
export function isDue(every: Every, moment: Moment, lastAt: number): boolean {
  if ('steps' in every) return every.steps > 0 && moment.step % every.steps === 0
  if ('seconds' in every) return every.seconds > 0 && moment.now - lastAt >= every.seconds * 1000
  if (every.epochs === 0) return false
  if (every.epochs >= 1) return moment.isLastBatch && moment.epoch % every.epochs === 0
  const { epochSize, batch, isLastBatch } = moment
  if (epochSize === undefined) return isLastBatch
  return batch % Math.max(1, Math.floor(epochSize * every.epochs + 1e-9)) === 0
}

/** Whether something is a schedule: one of `steps`, `epochs` and `seconds`, with a number from 0. */
export function isEvery(value: unknown): value is Every {
  const [first, ...others] = typeof value === 'object' && value ? Object.entries(value) : []
  if (!first || others.length > 0) return false
  const [unit, amount] = first as readonly [string, unknown]
  if (typeof amount !== 'number' || !(amount >= 0) || amount === Number.POSITIVE_INFINITY)
    return false
  if (unit === 'seconds') return true
  return Number.isInteger(amount)
    ? ['steps', 'epochs'].includes(unit)
    : unit === 'epochs' && amount < 1
}
