import type { Schedule } from '@regimen/core'
import type { CheckpointSettings } from './options.js'
import { isBetterScore, isWorthKeeping, type Kept } from './retention.js'

/** What has fallen due and is still to be written. */
export interface Dues {
  /** A numbered file is due, and waits for the metric or the end of the batch. */
  readonly numbered: boolean
  readonly last: boolean
}

/** Nothing is due. */
export const NO_DUES: Dues = { numbered: false, last: false }

/** What the trainer says when it saves. */
export interface SaveMoment {
  readonly isEpoch: boolean
  readonly isValidation: boolean
  /** Whether validations happen in this run. */
  readonly hasValidation: boolean
  readonly isInterrupted: boolean
  /** Whether schedules of whole epochs are due now: for numbered files, and for `last`. */
  readonly isNumberedDue: boolean
  readonly isLastDue: boolean
  /** The monitored value; `undefined` where it was not reported now. */
  readonly score: number | undefined
}

/** What is to be written now. */
export interface Plan {
  readonly isNumbered: boolean
  readonly isLast: boolean
  readonly isBest: boolean
  /** What is still due afterwards. */
  readonly dues: Dues
}

/**
 * What to write at a save. Where the monitored metric was not reported now, the file waits for it. An
 * interrupted run writes `last` alone, so that the resumed one decides what this one would have.
 */
export function planSave(
  dues: Dues,
  settings: CheckpointSettings,
  moment: SaveMoment,
  state: {
    readonly kept: readonly Kept[]
    readonly best: { readonly score: number } | null
  },
): Plan {
  if (moment.isInterrupted)
    return { isNumbered: false, isLast: true, isBest: false, dues }
  const { last, monitor, mode } = settings
  const isDue = isNumberedDue(dues, settings, moment)
  const hasScore = monitor === undefined || moment.score !== undefined
  const score = moment.score ?? null
  const isNow = isDue && hasScore
  const isLast = typeof last === 'boolean' ? last : dues.last || moment.isLastDue
  return {
    isNumbered: isNow && isWorthKeeping(state.kept, score, settings),
    isLast,
    isBest:
      isNow &&
      mode !== undefined &&
      score !== null &&
      beats(mode, score, state.best?.score),
    dues: { numbered: isDue && !hasScore, last: dues.last && !isLast },
  }
}

function isNumberedDue(
  dues: Dues,
  { every }: CheckpointSettings,
  moment: SaveMoment,
): boolean {
  if (dues.numbered) return true
  if (every !== undefined) return moment.isNumberedDue
  return moment.isValidation || (moment.isEpoch && !moment.hasValidation)
}

function beats(mode: 'min' | 'max', score: number, best: number | undefined): boolean {
  return !Number.isNaN(score) && (best === undefined || isBetterScore(mode, score, best))
}

/** Whether a schedule falls due with the batch that has just ended, which is noted. */
export function fallsDue(schedule: Schedule | undefined): boolean {
  if (!schedule?.isDueAfterBatch()) return false
  schedule.markDone()
  return true
}
