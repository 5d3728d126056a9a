import { closestMatch } from 'leven'
import { quote } from './quote.js'

/** A name without the differences that people confuse: case, separators and spaces. */
export const fold = (name: string): string =>
  name.toLowerCase().replaceAll(/[_\-\s]/g, '')

/** The candidate nearest to a word by edit distance, or `undefined` if none is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const names = [...candidates]
  const maxDistance = Math.max(1, Math.floor(fold(word).length / 3))
  const found = closestMatch(fold(word), names.map(fold), { maxDistance })
  return names.find((name) => fold(name) === found)
}

/** ` Did you mean "x"?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates)
  return found === undefined ? '' : ` Did you mean ${quote(found)}?`
}
