/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null || value instanceof RegExp)
    return String(value)
  try {
    const text = JSON.stringify(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return 'an object'
  }
}

/** Names in quotes, at most ten of them; `none` if there is none. */
export function quoteAll(names: Iterable<string>): string {
  const all = [...names]
  const more = all.length > 10 ? ` and ${all.length - 10} more` : ''
  return all.length === 0 ? 'none' : all.slice(0, 10).map(quote).join(', ') + more
}

/** ` Did you mean "x"?` for the candidate that a word is at most one edit in three letters away from. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const limit = Math.max(1, Math.floor(folded(word).length / 3))
  let best: string | undefined
  let least = limit + 1
  for (const candidate of candidates) {
    const edits = distance(folded(word), folded(candidate))
    if (edits >= least) continue
    best = candidate
    least = edits
  }
  return best === undefined ? '' : ` Did you mean ${quote(best)}?`
}

function folded(word: string): string {
  return word.toLowerCase().replaceAll(/[_\-\s]/g, '')
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(
        Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      )
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
