import type { RunState, SyncSectionKind } from '@regimen/core'
import type { Place } from './random-at.js'

/** In an order that decides the numbers: never change it. */
const KINDS = ['module', 'data', 'step', 'loader', 'evaluation'] as const
const EVALUATIONS = ['fit', 'sanity', 'validate', 'test', 'predict']

/**
 * Where in a run a section is, told by counters that are the same after a resume. Training and its
 * loader have a place for each batch; each validation of a fit has one; a `validate`, `test` or
 * `predict` by itself has always the same.
 *
 * @param index of the batch that is fetched, for `loader`; -1 while it is opened
 */
export function placeOf(
  section: SyncSectionKind,
  index: number,
  { epoch, batch, validations, stage, isSanityCheck }: RunState,
): Place {
  const kind = KINDS.indexOf(section)
  if (section === 'step') return { kind, period: epoch, index: batch }
  if (section === 'loader') return { kind, period: epoch, index }
  if (section !== 'evaluation') return { kind, period: 0, index: 0 }
  const evaluation = EVALUATIONS.indexOf(isSanityCheck ? 'sanity' : stage)
  return { kind, period: stage === 'fit' ? validations : 0, index: evaluation }
}
