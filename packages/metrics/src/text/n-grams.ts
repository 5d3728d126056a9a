type Tokens = readonly (string | number)[]

/** How often each sequence of so many tokens occurs. */
function countsOf(tokens: Tokens, length: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let start = 0; start + length <= tokens.length; start++) {
    const key = JSON.stringify(tokens.slice(start, start + length))
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** How many sequences of so many tokens there are, and how many of them occur in a reference as often. */
export function matches(
  tokens: Tokens,
  references: readonly Tokens[],
  length: number,
): { readonly found: number; readonly all: number } {
  const all = references.map((reference) => countsOf(reference, length))
  let found = 0
  for (const [key, count] of countsOf(tokens, length))
    found += Math.min(count, Math.max(...all.map((counts) => counts.get(key) ?? 0)))
  return { found, all: Math.max(0, tokens.length - length + 1) }
}
