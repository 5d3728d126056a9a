import type { RunState, SyncSectionKind } from '@regimen/core'
import { philox } from './philox.js'

/** A place in a run, with random numbers of its own. Integers, taken modulo 2^32. */
export interface Place {
  /** Which kind of section. */
  readonly kind: number
  /** The epoch, or how many validations came before. */
  readonly period: number
  /** The batch of the epoch, or which evaluation. */
  readonly index: number
}

/** Their order decides the numbers: never change it. */
const KINDS = ['module', 'data', 'step', 'loader', 'evaluation'] as const
const EVALUATIONS = ['fit', 'sanity', 'validate', 'test', 'predict']

/**
 * The place of a section, from counters that are the same after a resume. Training and its loader
 * have a place for each batch, each validation of a fit has one, and a `validate`, `test` or
 * `predict` by itself always has the same.
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

/** Whether two places are the same. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.kind === b.kind && a.period === b.period && a.index === b.index
}

const TWO_TO_32 = 2 ** 32

/**
 * The number in [0, 1) that a place draws as its `drawn`-th (0-based): 53 random bits, combined as
 * `genrand_res53` of Matsumoto and Nishimura does. It depends on nothing else, so that a run that
 * was interrupted draws what it would have drawn.
 *
 * @param seed an integer from 0 to `Number.MAX_SAFE_INTEGER`
 */
export function randomAt(
  seed: number,
  { kind, period, index }: Place,
  drawn: number,
): number {
  const counter = [drawn >>> 0, kind >>> 0, index >>> 0, period >>> 0] as const
  const [first, second] = philox(counter, [seed >>> 0, Math.floor(seed / TWO_TO_32)])
  return ((first >>> 5) * 2 ** 26 + (second >>> 6)) / 2 ** 53
}

/** The random numbers of a run, place by place. */
export interface SeededPlaces {
  readonly seed: number
  /** The next number in [0, 1) of a place. A place starts over when another of its kind drew in between. */
  draw(place: Place): number
}

/** The random numbers of one seed, none drawn yet. */
export function seededPlaces(seed: number): SeededPlaces {
  const newest = new Map<number, { readonly place: Place; drawn: number }>()
  return {
    seed,
    draw(place) {
      let entry = newest.get(place.kind)
      if (!entry || !isSamePlace(entry.place, place)) {
        entry = { place, drawn: 0 }
        newest.set(place.kind, entry)
      }
      return randomAt(seed, place, entry.drawn++)
    },
  }
}
