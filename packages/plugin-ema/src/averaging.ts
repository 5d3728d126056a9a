import type { Moment, ResolvedOptions } from './options.js'

/** What the rule remembers: plain data, as it is saved. */
export type AveragingState = {
  /** How many states of the weights the average holds. */
  readonly averaged: number
  /** The step after which the latest was taken; no step is taken twice. */
  readonly step: number
}

/** Before the first. */
export const nothingAveraged: AveragingState = { averaged: 0, step: 0 }

/** Where a run stands after a batch, or at the end of an epoch. */
export interface Place {
  /** Completed steps. */
  readonly step: number
  /** 0-based index of the epoch that it is in, or that has just ended. */
  readonly epoch: number
  /** Whether all batches of the epoch were used. */
  readonly isEpochEnd: boolean
}

/** Whether averaging has begun by then. */
export function hasBegun(start: Moment, { step, epoch }: Place): boolean {
  return start.unit === 'steps' ? step > start.amount : epoch >= start.amount
}

/** Whether the weights of a place go into the average. */
export function isDue(
  { start, every }: Pick<ResolvedOptions, 'start' | 'every'>,
  state: AveragingState,
  place: Place,
): boolean {
  if (place.step === state.step || !hasBegun(start, place)) return false
  if (every.unit === 'steps') return place.step % every.amount === 0
  return place.isEpochEnd && (place.epoch + 1) % every.amount === 0
}

/**
 * How much of the difference to new weights the average takes over: all of the first, then `1 - decay`,
 * or an equal share of all so far. The rules are those of `torch.optim.swa_utils`; the warm-up is that
 * of TensorFlow's `ExponentialMovingAverage`.
 */
export function shareOf(
  { mode, decay, warmup }: Pick<ResolvedOptions, 'mode' | 'decay' | 'warmup'>,
  averaged: number,
): number {
  if (averaged === 0) return 1
  if (mode === 'swa') return 1 / (averaged + 1)
  return 1 - (warmup ? Math.min(decay, (1 + averaged) / (10 + averaged)) : decay)
}

/**
 * The learning rate of SWA, as `torch.optim.swa_utils.SWALR` anneals it.
 *
 * @param epochs since averaging began
 */
export function annealedRate(
  { anneal, annealEpochs }: Pick<ResolvedOptions, 'anneal' | 'annealEpochs'>,
  { from, to }: { readonly from: number; readonly to: number },
  epochs: number,
): number {
  const part = annealEpochs === 0 ? 1 : Math.min(1, epochs / annealEpochs)
  const share = anneal === 'linear' ? part : (1 - Math.cos(Math.PI * part)) / 2
  return to * share + from * (1 - share)
}
