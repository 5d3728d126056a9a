import { closestMatch } from 'leven'
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

/** What a program may want to know of an error, by name: what the text says in prose. */
export type ErrorData = Readonly<Record<string, unknown>>

/** Where an error happened, what caused it, and its data. */
export type ErrorDetails = ErrorPlace & ErrorOptions & { readonly data?: ErrorData }

/**
 * An error whose text says what happened, what was found instead and what to do.
 * `message` begins with the code, `detail` is the text without it; `data` holds the values that the
 * text names, for programs; `cause` is what was caught.
 */
export class RegimenError extends Error {
  override readonly name = 'RegimenError'
  /** Id of the plugin that threw or is meant, if any. */
  readonly plugin: string | undefined
  /** Name of the hook in which it happened, if in any. */
  readonly hook: string | undefined
  /** The text without the code. */
  declare readonly detail: string
  /** The values that the text names, and what else a program may want. */
  declare readonly data: ErrorData

  constructor(
    /** What kind of error it is: a key of `errorCodes`. */
    readonly code: ErrorCode,
    detail: string,
    details: ErrorDetails = {},
  ) {
    super(`${code}: ${detail}`, details)
    this.plugin = details.plugin
    this.hook = details.hook
    // Not enumerable: Node prints the properties of an uncaught error below its text, which says it all.
    Object.defineProperty(this, 'detail', { value: detail })
    Object.defineProperty(this, 'data', { value: details.data ?? {} })
  }
}

/**
 * A text of the catalog, `messages.json`: `{x}` stands for a value, `{x!}` for it in quotes, `{x*}` for a
 * list in quotes; `{x?}` for words that are no part of `error.data`.
 */
export const say = (key: TextKey, values: Values = {}): string =>
  messages[key].replaceAll(/\{(\w+)([!*?]?)\}/g, (_, name: string, how: string) => {
    if (how === '*') return quoteAll(values[name] as Iterable<string>)
    const value = values[name]
    if (how === '!') return quote(value)
    return Array.isArray(value) ? value.join(', ') : String(value ?? '')
  })

/**
 * Throws the error with a text of the catalog; its code is what stands before the dot. Its data are
 * the values that the text names, and those of `details.data`.
 */
export function fail(key: TextKey, values: Values = {}, details: ErrorDetails = {}): never {
  const named: Record<string, unknown> = {}
  for (const [, name = ''] of messages[key].matchAll(/\{(\w+)[!*]?\}/g)) named[name] = values[name]
  const data = { ...named, ...details.data }
  throw new RegimenError(key.split('.')[0] as ErrorCode, say(key, values), { ...details, data })
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
export function located(
  thrown: unknown,
  code: ErrorCode,
  what: string,
  at: ErrorDetails = {},
): RegimenError {
  if (!isRegimenError(thrown))
    return new RegimenError(code, `${what}: ${messageOf(thrown)}`, { ...at, cause: thrown })
  if (thrown.plugin !== undefined || at.plugin === undefined) return thrown
  const { data, cause, stack } = thrown
  const details = cause === undefined ? { ...at, data } : { ...at, data, cause }
  const placed = new RegimenError(thrown.code, thrown.detail, details)
  return Object.defineProperty(placed, 'stack', { value: stack })
}

/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'bigint') return `${value}n`
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
export const quoteAll = (names: Iterable<string>) => [...names].map(quote).join(', ') || 'none'

/** A name without what people confuse: case, separators and spaces. */
export const fold = (name: string) => name.toLowerCase().replaceAll(/[_\-\s]/g, '')

/** The candidate nearest to a word by edit distance, or `undefined` where none is near enough to be meant. */
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
