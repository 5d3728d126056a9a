import { isBetter } from '@regimen/core'

/** A numbered file that counts among the best, or the latest if nothing is monitored. */
export interface Kept {
  /** File name without folder. */
  readonly file: string
  /** NaN if the metric was NaN: worse than any number. */
  readonly score: number | null
}

/** Which files to keep. */
export interface RetentionRule {
  /** How many: 0 none, -1 all. */
  readonly topK: number
  /** `undefined` if nothing is monitored: then the latest files are kept. */
  readonly mode: 'min' | 'max' | undefined
}

/** Whether a score is strictly better than another one; any number is better than NaN. */
export function isBetterScore(mode: 'min' | 'max', score: number, than: number): boolean {
  return isBetter(mode, score, than) || (Number.isNaN(than) && !Number.isNaN(score))
}

/** Whether a file with this score would be kept. With a full list a tie is not. */
export function isWorthKeeping(
  kept: readonly Kept[],
  score: number | null,
  { topK, mode }: RetentionRule,
): boolean {
  if (topK === 0) return false
  if (topK < 0 || mode === undefined || kept.length < topK) return true
  return isBetterScore(mode, score ?? Number.NaN, worstOf(kept, mode).score ?? Number.NaN)
}

/** What leaves the list so that one more file finds room in it. */
export function leavingFor(
  kept: readonly Kept[],
  { topK, mode }: RetentionRule,
): readonly Kept[] {
  const leaving: Kept[] = []
  let staying = kept
  while (topK >= 0 && staying.length > Math.max(0, topK - 1)) {
    const worst = mode === undefined ? (staying[0] as Kept) : worstOf(staying, mode)
    leaving.push(worst)
    staying = staying.filter((one) => one !== worst)
  }
  return leaving
}

function worstOf(kept: readonly Kept[], mode: 'min' | 'max'): Kept {
  return kept.reduce((worst, one) =>
    isBetterScore(mode, worst.score ?? Number.NaN, one.score ?? Number.NaN) ? one : worst,
  )
}
