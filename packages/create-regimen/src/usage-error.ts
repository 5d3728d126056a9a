import leven from 'leven'

/** A mistake of the person who typed: one line, no stack. */
export class UsageError extends Error {}

/** ` Did you mean "digits"?` for the known word that is nearest, if one is near. */
export function nearMiss(word: string, known: readonly string[]): string {
  const distances = known.map((one) => [one, leven(word.toLowerCase(), one)] as const)
  const [best] = distances.toSorted(([, a], [, b]) => a - b)
  if (!best || best[1] > Math.max(1, Math.floor(best[0].length / 3))) return ''
  return ` Did you mean "${best[0]}"?`
}

/** `"a", "b" or "c"`. */
export function listed(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`)
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter(Boolean).join(' or ')
}

/** The word, if it is one of the known ones. @throws UsageError */
export function oneOf<Name extends string>(
  flag: string,
  word: string,
  known: readonly Name[],
): Name {
  const found = known.find((one) => one === word)
  if (found !== undefined) return found
  const hint = nearMiss(word, known)
  throw new UsageError(`"${flag}" is "${word}"; expected ${listed(known)}.${hint}`)
}
