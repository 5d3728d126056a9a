import { RegimenError, suggestion } from '@regimen/core'

/** Which variables: a name in which `*` stands for any text, a regular expression, or several of them. */
export type VariablePattern = string | RegExp | readonly (string | RegExp)[]

/** Whether a value is a pattern. */
export function isPattern(value: unknown): value is VariablePattern {
  const isOne = (one: unknown) =>
    one instanceof RegExp || (typeof one === 'string' && one !== '')
  return Array.isArray(value) ? value.length > 0 && value.every(isOne) : isOne(value)
}

/**
 * The names that a pattern matches.
 *
 * @param option where the pattern stands, for the error
 * @throws REG_OPTION_INVALID if one of several, or the only one, matches nothing
 */
export function matching(
  pattern: VariablePattern,
  names: readonly string[],
  option: string,
): readonly string[] {
  const all = Array.isArray(pattern) ? pattern : [pattern as string | RegExp]
  const found = new Set<string>()
  for (const one of all) {
    const matched = names.filter((name) => isMatch(one, name))
    if (matched.length === 0) refuse(one, names, option)
    for (const name of matched) found.add(name)
  }
  return names.filter((name) => found.has(name))
}

function isMatch(pattern: string | RegExp, name: string): boolean {
  if (typeof pattern !== 'string') return name.search(pattern) >= 0
  const parts = pattern
    .split('*')
    .map((text) => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name)
}

function refuse(
  pattern: string | RegExp,
  names: readonly string[],
  option: string,
): never {
  const folders = names.flatMap((name) => {
    const parts = name.split('/')
    return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('/')}/*`)
  })
  const shown = names.slice(0, 10).map((name) => `"${name}"`)
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  const text = typeof pattern === 'string' ? `"${pattern}"` : String(pattern)
  const expected = `expected a pattern that matches some of the variables ${shown.join(', ')}${more}`
  const hint = suggestion(String(pattern), [...folders, ...names])
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `freeze: "${option}" is ${text}, which matches none; ${expected}.${hint}`,
    { data: { owner: 'freeze', option, found: pattern, expected: names } },
  )
}
