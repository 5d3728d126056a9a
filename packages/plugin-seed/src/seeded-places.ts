import { isSamePlace, type Place, randomAt } from './random-at.js'

/** The random numbers of a run, place by place. */
export interface SeededPlaces {
  readonly seed: number
  /** The next number in [0, 1) of a place. A place that is left for another of its kind begins anew. */
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
