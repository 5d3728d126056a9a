import type { Made } from '@regimen/core'

/** A function that makes a value at its first call and gives the same one ever after. */
export function once<T>(given: Made<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= Promise.resolve(
      typeof given === 'function' ? (given as () => T | Promise<T>)() : given,
    )
    return made
  }
}
