import type { CheckpointSettings } from './options.js'
import { isBetter, isWorthKeeping, type Kept } from './retention.js'
import {
  isDueAfterBatch,
  isDueAtEpoch,
  isWithinEpoch,
  type LastDue,
  type Moment,
} from './schedule.js'

/** What a run of the plugin remembers of its schedules; all times are those of one process. */
export interface Dues {
  /** A numbered file is due, and waits for the metric or the end of the batch. */
  readonly numbered: boolean
  readonly last: boolean
  readonly numberedAt: LastDue
  readonly lastAt: LastDue
}

/** The counters that schedules look at. */
export type Counters = Pick<Moment, 'batch' | 'step' | 'epoch'>

/** The moment now. */
export function momentOf({ batch, step, epoch }: Counters, epochSize: number | undefined): Moment {
  return { batch, step, epoch, now: performance.now(), epochSize }
}

/** What the trainer says when it saves. */
export interface SaveMoment extends Moment {
  readonly isEpoch: boolean
  readonly isValidation: boolean
  /** Whether validations happen in this run. */
  readonly hasValidation: boolean
  readonly isInterrupted: boolean
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

/** Nothing due yet. */
export function noDues(step: number, now: number): Dues {
  const at = { step, now }
  return { numbered: false, last: false, numberedAt: at, lastAt: at }
}

/** The schedules after a batch. */
export function duesAfterBatch(dues: Dues, settings: CheckpointSettings, at: Moment): Dues {
  const { every, last } = settings
  const isNumbered = every !== undefined && isDueAfterBatch(every, at, dues.numberedAt)
  const isLast = typeof last === 'object' && isDueAfterBatch(last, at, dues.lastAt)
  if (!isNumbered && !isLast) return dues
  const now = { step: at.step, now: at.now }
  return {
    numbered: dues.numbered || isNumbered,
    last: dues.last || isLast,
    numberedAt: isNumbered ? now : dues.numberedAt,
    lastAt: isLast ? now : dues.lastAt,
  }
}

/** Whether anything is asked for after each batch. */
export function hasDuesWithinEpoch({ every, last }: CheckpointSettings): boolean {
  return (
    (every !== undefined && isWithinEpoch(every)) ||
    (typeof last === 'object' && isWithinEpoch(last))
  )
}

/**
 * What to write at a save. Where the monitored metric was not reported now, the file waits for it. An
 * interrupted run writes `last` alone, so that the resumed one decides what this one would have.
 */
export function planSave(
  dues: Dues,
  settings: CheckpointSettings,
  at: SaveMoment,
  state: { readonly kept: readonly Kept[]; readonly best: { readonly score: number } | null },
): Plan {
  if (at.isInterrupted) return { isNumbered: false, isLast: true, isBest: false, dues }
  const { last, monitor, mode } = settings
  const isDue = isNumberedDue(dues, settings, at)
  const hasScore = monitor === undefined || at.score !== undefined
  const score = at.score ?? null
  const isNow = isDue && hasScore
  const isLast =
    typeof last === 'boolean' ? last : dues.last || (at.isEpoch && isDueAtEpoch(last, at))
  return {
    isNumbered: isNow && isWorthKeeping(state.kept, score, settings),
    isLast,
    isBest: isNow && mode !== undefined && score !== null && beats(mode, score, state.best?.score),
    dues: { ...dues, numbered: isDue && !hasScore, last: dues.last && !isLast },
  }
}

function isNumberedDue(dues: Dues, { every }: CheckpointSettings, at: SaveMoment): boolean {
  if (dues.numbered) return true
  if (every !== undefined) return at.isEpoch && isDueAtEpoch(every, at)
  return at.isValidation || (at.isEpoch && !at.hasValidation)
}

function beats(mode: 'min' | 'max', score: number, best: number | undefined): boolean {
  return !Number.isNaN(score) && (best === undefined || isBetter(mode, score, best))
}
