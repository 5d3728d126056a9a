import {
  anything,
  checkOptions,
  modelDifferences,
  quote,
  quoteAll,
  RegimenError,
  suggestion,
} from '@regimen/core'

/**
 * Which weights: all whose name begins with a text, up to the end of a part of the name (`encoder` for `encoder/kernel`,
 * not for `encoder_2/kernel`; `encoder_` for both), matches a text with `*` (within a part) or `**` (across parts), or
 * a regular expression.
 */
export type WeightPattern = string | RegExp

/** Which weights are loaded, and under which names. */
export interface WeightSelection {
  /** Loads these alone; variables that are not among them stay as they are. */
  readonly only?: WeightPattern | readonly WeightPattern[]
  /** Does not load these; a variable of such a name stays as it is. */
  readonly skip?: WeightPattern | readonly WeightPattern[]
  /**
   * What the module calls a weight of the checkpoint: by name or by the beginning of names
   * (`{ encoder: 'body' }`), or a function of the name. `only` and `skip` are about the module's names.
   */
  readonly rename?: Readonly<Record<string, string>> | ((name: string) => string)
}

/** What {@link WeightSelection} made of a checkpoint. */
export interface WeightReport {
  /** Names of variables that have the checkpoint's weights now. */
  readonly loaded: readonly string[]
  /** Names of variables that stay as they were: skipped, or not asked for. */
  readonly untouched: readonly string[]
  /** Names in the checkpoint, as it has them, that were not used. */
  readonly unused: readonly string[]
}

/** A report, and for each loaded variable the name of its weight in the checkpoint. */
export interface SelectedWeights extends WeightReport {
  readonly sources: Readonly<Record<string, string>>
}

/** @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN for what is no selection */
export function checkSelection(selection: WeightSelection): void {
  checkOptions('loadWeights', selection, {
    only: anything(),
    skip: anything(),
    rename: anything(),
  })
}

type Kind = { readonly dtype: string; readonly shape: readonly number[] }
type Kinds = Readonly<Record<string, Kind>>

/**
 * Matches the weights of a checkpoint with variables. Strict: what is asked for must be in both, once, and of the
 * same shape and dtype.
 *
 * @param what how errors name the checkpoint
 * @throws REG_CHECKPOINT_MISMATCH for a difference in what is asked for; REG_OPTION_INVALID for a pattern or a name
 *   to rename that nothing has
 */
export function selectWeights(
  saved: Kinds,
  here: Kinds,
  { only, skip, rename }: WeightSelection,
  what: string,
): SelectedWeights {
  const renamed = renamedWeights(saved, rename, what)
  const names = [...new Set([...Object.keys(here), ...renamed.keys()])]
  const wanted = matching(only, 'only', names)
  const skipped = matching(skip, 'skip', names)
  const isAsked = (name: string) => (wanted?.has(name) ?? true) && !skipped?.has(name)
  const askedHere = Object.keys(here).filter(isAsked)
  const askedSaved = [...renamed].filter(([name]) => isAsked(name))
  const kinds = (entries: readonly (readonly [string, Kind])[]): Kinds =>
    Object.fromEntries(entries)
  const differences = modelDifferences(
    kinds(askedSaved.map(([name, source]) => [name, saved[source] as Kind])),
    kinds(askedHere.map((name) => [name, here[name] as Kind])),
  )
  if (differences !== undefined) {
    const isSelected = only !== undefined || skip !== undefined || rename !== undefined
    const way = isSelected
      ? 'Name what is to stay as it is by "skip", or what has another name by "rename".'
      : 'Give the model that it was saved with, or load a part by "only", "skip" and "rename".'
    const text = `${what} is of another model: ${differences}. ${way}`
    throw new RegimenError('REG_CHECKPOINT_MISMATCH', text, { data: { differences } })
  }
  const used = new Set(askedSaved.map(([, source]) => source))
  return {
    loaded: askedHere,
    untouched: Object.keys(here).filter((name) => !isAsked(name)),
    unused: Object.keys(saved).filter((name) => !used.has(name)),
    sources: Object.fromEntries(askedSaved),
  }
}

/** The weights of a checkpoint by the names that the module has for them. */
function renamedWeights(
  saved: Kinds,
  rename: WeightSelection['rename'],
  what: string,
): Map<string, string> {
  const newName = renaming(Object.keys(saved), rename)
  const renamed = new Map<string, string>()
  for (const source of Object.keys(saved)) {
    const name: unknown = newName(source)
    if (typeof name !== 'string' || name === '')
      throw invalid('rename', `made ${quote(name)} of "${source}"; expected a name`)
    const other = renamed.get(name)
    if (other !== undefined) {
      const text = `made "${name}" of both "${other}" and "${source}" of ${what}`
      throw invalid('rename', `${text}; expected different names`)
    }
    renamed.set(name, source)
  }
  return renamed
}

function renaming(
  names: readonly string[],
  rename: WeightSelection['rename'] = {},
): (name: string) => unknown {
  if (typeof rename === 'function') return rename
  if (Object.prototype.toString.call(rename) !== '[object Object]') {
    throw invalid(
      'rename',
      `is ${quote(rename)}; expected an object of names, or a function`,
    )
  }
  const pairs = Object.entries(rename)
  for (const [from, to] of pairs) {
    if (typeof to !== 'string')
      throw invalid('rename', `of "${from}" is ${quote(to)}; expected a name`)
    if (!names.some((name) => isBelow(name, from))) throw unmatched('rename', from, names)
  }
  // The longest beginning says the most.
  const sorted = pairs.toSorted(([a], [b]) => b.length - a.length)
  return (name) => {
    const found = sorted.find(([from]) => isBelow(name, from))
    return found ? found[1] + name.slice(found[0].length) : name
  }
}

/** The names that patterns match; nothing without patterns. @throws REG_OPTION_INVALID */
function matching(
  patterns: WeightSelection['only'],
  option: 'only' | 'skip',
  names: readonly string[],
): Set<string> | undefined {
  if (patterns === undefined) return undefined
  const list: readonly unknown[] = Array.isArray(patterns) ? patterns : [patterns]
  if (list.length === 0) throw invalid(option, 'is []; expected a pattern at least')
  const found = list.flatMap((pattern) => {
    if (!(pattern instanceof RegExp) && (typeof pattern !== 'string' || pattern === '')) {
      const wanted = 'the beginning of names, a text with "*", or a regular expression'
      throw invalid(option, `is ${quote(pattern)}; expected ${wanted}`)
    }
    const matched = names.filter((name) => isMatch(name, pattern))
    if (matched.length === 0) throw unmatched(option, pattern, names)
    return matched
  })
  return new Set(found)
}

function isMatch(name: string, pattern: WeightPattern): boolean {
  if (pattern instanceof RegExp) return name.search(pattern) >= 0
  return pattern.includes('*') ? globOf(pattern).test(name) : isBelow(name, pattern)
}

/** A text with `*` as a regular expression of the whole name. */
function globOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*?)/).map((part) => {
    if (part === '**') return '.*'
    return part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  })
  return new RegExp(`^${parts.join('')}$`)
}

/** Whether a name is another one, or begins with it where a part of the name ends: `dense_1` is not `dense_10`. */
function isBelow(name: string, beginning: string): boolean {
  if (!name.startsWith(beginning)) return false
  return (
    /[^A-Za-z0-9]$/.test(beginning) || /^(?:[/.:]|$)/.test(name.slice(beginning.length))
  )
}

function unmatched(option: string, pattern: WeightPattern, names: readonly string[]) {
  const text = String(pattern)
  const parts = names.flatMap((name) =>
    name.split('/').map((_, index, all) => all.slice(0, index + 1).join('/')),
  )
  const near = pattern instanceof RegExp ? '' : suggestion(text, [...parts])
  const shown = names.length > 12 ? [...names.slice(0, 12), '…'] : names
  return invalid(
    option,
    `is ${text}, which no weight matches.${near} There are ${quoteAll(shown)}`,
  )
}

function invalid(option: string, text: string): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `loadWeights: "${option}" ${text}.`, {
    data: { owner: 'loadWeights', option },
  })
}
