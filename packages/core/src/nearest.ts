/** The candidate nearest to a word by edit distance, or `undefined` where none is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const fold = (text: string) => text.toLowerCase().replaceAll(/[_\-\s]/g, '')
  const wanted = fold(word)
  const farthest = Math.max(1, Math.floor(wanted.length / 3))
  const ranked = [...candidates]
    .map((name) => ({ name, distance: editDistance(wanted, fold(name)) }))
    .filter(({ distance }) => distance <= farthest)
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.name
}

/** ` Did you mean "x"?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates)
  return found === undefined ? '' : ` Did you mean ${quote(found)}?`
}

/** A list of names in quotes, `none` for an empty one. */
export const quoteAll = (names: Iterable<string>): string =>
  [...names].map(quote).join(', ') || 'none'

/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'object' && typeof value !== 'string') return String(value)
  const isData = value === null || typeof value === 'string' || Array.isArray(value)
  if (!isData && Object.getPrototypeOf(value) !== Object.prototype)
    return value.constructor?.name ?? 'object'
  try {
    const text = JSON.stringify(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return 'object'
  }
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
