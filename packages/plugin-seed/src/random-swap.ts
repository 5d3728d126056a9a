/** Stands in for `Math.random` in sections, one inside the other or one after the other. */
export interface RandomSwap<Place> {
  /** Begins a section: until {@link leave}, `Math.random` draws for this place. */
  enter(place: Place): void
  /** Ends the newest section: `Math.random` is again the function that it was before. */
  leave(): void
}

/**
 * Lets `Math.random` give other numbers within sections. A section must end before the call stack
 * does. Whoever kept the function that stood there draws the process's numbers with it afterwards.
 *
 * @param draw gives the next number of a place
 */
export function randomSwap<Place>(draw: (place: Place) => number): RandomSwap<Place> {
  const open: { readonly place: Place; readonly previous: () => number }[] = []
  let ofProcess = Math.random
  const drawn = () => {
    const section = open.at(-1)
    return section ? draw(section.place) : ofProcess()
  }
  return {
    enter(place) {
      const previous = Math.random
      if (previous !== drawn) ofProcess = previous
      open.push({ place, previous })
      Math.random = drawn
    },
    leave() {
      const section = open.pop()
      if (section) Math.random = section.previous
    },
  }
}
