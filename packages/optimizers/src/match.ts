/** Which variables a group is for: a name in which `*` stands for any text, a pattern, or a function. */
export type Match = string | RegExp | ((name: string) => boolean)

/** A match as a function of a variable's name. */
export function matcherOf(match: Match): (name: string) => boolean {
  if (typeof match === 'function') return match
  const pattern =
    typeof match === 'string'
      ? new RegExp(`^${match.split('*').map(escaped).join('.*')}$`, 's')
      : match
  // `search` does not go by `lastIndex`, which a pattern with the flag `g` moves.
  return (name) => name.search(pattern) >= 0
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** What a text that matches nothing may have been meant to be: names, and folders of names with `*`. */
export function patternsNear(names: readonly string[]): string[] {
  const folders = names.flatMap((name) => {
    const parts = name.split('/')
    return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/*`)
  })
  return [...new Set([...names, ...folders])]
}
