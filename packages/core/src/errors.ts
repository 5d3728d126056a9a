import messages from './messages.json' with { type: 'json' }

type Key = keyof typeof messages
/** One of the codes that a {@link RegimenError} may carry. */
export type ErrorCode = Exclude<Key, `${string}.${string}`>
type TextKey = Exclude<Key, ErrorCode>
type Values = Readonly<Record<string, unknown>>

/** Every error code of the core with the sentence that explains it; `docs/errors.md` is tested against this table. */
export const errorCodes = /* @__PURE__ */ (() => {
  const codes = Object.entries(messages).filter(([key]) => !key.includes('.'))
  return Object.freeze(Object.fromEntries(codes)) as Readonly<Record<ErrorCode, string>>
})()

/** Where an error happened: the id of the plugin and the name of the hook. */
export type ErrorPlace = { readonly plugin?: string; readonly hook?: string }

/**
 * An error whose text says what happened, what was found instead and what to do.
 * `message` begins with the code, `detail` is the text without it; `cause` is what was caught.
 */
export class RegimenError extends Error {
  override readonly name = 'RegimenError'
  readonly plugin: string | undefined
  readonly hook: string | undefined

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    at: ErrorPlace & ErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, at)
    this.plugin = at.plugin
    this.hook = at.hook
  }
}

/** A text of the catalog, `messages.json`: `{x}` stands for a value, `{x!}` for it in quotes, `{x*}` for a list. */
export const say = (key: TextKey, values: Values = {}): string =>
  messages[key].replaceAll(/\{(\w+)([!*]?)\}/g, (_, name: string, how: string) => {
    if (how === '*') return quoteAll(values[name] as Iterable<string>)
    return how === '!' ? quote(values[name]) : String(values[name] ?? '')
  })

/** Throws the error with a text of the catalog; its code is what stands before the dot. */
export function fail(key: TextKey, values?: Values, at?: ErrorPlace & ErrorOptions): never {
  throw new RegimenError(key.split('.')[0] as ErrorCode, say(key, values), at)
}

/** Whether a value is a {@link RegimenError}, also one of another copy of this package. */
export const isRegimenError = (value: unknown): value is RegimenError =>
  value instanceof Error && value.name === 'RegimenError' && 'code' in value

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (isRegimenError(thrown)) return thrown.detail
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** An error with a code and place: one that has a code keeps it and only learns where it happened. */
export function located(thrown: unknown, code: ErrorCode, what: string, at: ErrorPlace = {}) {
  if (!isRegimenError(thrown))
    return new RegimenError(code, `${what}: ${messageOf(thrown)}`, { ...at, cause: thrown })
  if (thrown.plugin !== undefined || at.plugin === undefined) return thrown
  return new RegimenError(thrown.code, thrown.detail, { ...at, cause: thrown.cause ?? thrown })
}

/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value !== 'object' && typeof value !== 'string') return String(value)
  const { name = 'object' } = Object(value).constructor ?? {}
  if (!['Object', 'Array', 'String'].includes(name)) return name
  try {
    const text = JSON.stringify(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return 'object'
  }
}

/** A list of names in quotes, `none` for an empty one. */
export const quoteAll = (names: Iterable<string>): string =>
  [...names].map(quote).join(', ') || 'none'

/** The candidate nearest to a word by edit distance, or `undefined` where none is near enough to be meant. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const fold = (text: string) => text.toLowerCase().replaceAll(/[_\-\s]/g, '')
  const wanted = fold(word)
  const farthest = Math.max(1, Math.floor(wanted.length / 3))
  const ranked = [...candidates].map((name) => ({ name, far: editDistance(wanted, fold(name)) }))
  const [best] = ranked.sort((a, b) => a.far - b.far)
  return best && best.far <= farthest ? best.name : undefined
}

/** ` Did you mean "x"?`, or nothing. */
export function suggestion(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates)
  return found === undefined ? '' : ` Did you mean ${quote(found)}?`
}

/** Levenshtein's distance, one row of the table at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (let column = 1; column < row.length; column++) {
      const swap = (row[column - 1] ?? 0) + Number(letter !== b[column - 1])
      next.push(Math.min(swap, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) as number
}
