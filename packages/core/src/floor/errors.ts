import {
  type ErrorKey,
  type MessageKey,
  messages,
  type ValuesOf,
} from './messages/catalog.js'
import type { ErrorCode } from './messages/codes.js'

/** Where an error happened: the id of the plugin and the name of the hook. */
export type ErrorPlace = { readonly plugin?: string; readonly hook?: string }

/** The facts of an error for programs, by name: what the text says in prose. */
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
  /** Id of the plugin that threw or that the error is about, if any. */
  readonly plugin: string | undefined
  /** Name of the hook in which it happened, if any. */
  readonly hook: string | undefined
  /** The text without the code. */
  declare readonly detail: string
  /** The values that the text names, and further facts for programs. */
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

/** A text of the catalog. */
export function say<Key extends MessageKey>(
  key: Key,
  ...values: Parameters<(typeof messages)[Key]>
): string {
  return textOf(key, values[0])
}

/** Forbids values that the text does not name, even if an object is spread. */
type Exactly<Values, Named> = Values & {
  readonly [Name in Exclude<keyof Values, keyof Named>]: never
}

/** The values of an error's text, which may be omitted if it has none, and the error's details. */
type FailArguments<Key extends ErrorKey, Values> =
  unknown extends ValuesOf<Key>
    ? [values?: Readonly<Record<string, never>>, details?: ErrorDetails]
    : [values: Exactly<Values, ValuesOf<Key>>, details?: ErrorDetails]

/**
 * Throws the error of a key of the catalog; its code is the part before the dot. Its data are the values
 * of the text and of `details.data`, without `foundText` and `hint`, which are words.
 */
export function fail<Key extends ErrorKey, Values extends ValuesOf<Key>>(
  key: Key,
  ...[values, details]: FailArguments<Key, Values>
): never {
  const { foundText: _found, hint: _hint, ...named } = Object(values)
  const data = { ...named, ...details?.data }
  throw new RegimenError(key.split('.')[0] as ErrorCode, textOf(key, values), {
    ...details,
    data,
  })
}

const textOf = (key: MessageKey, values: unknown): string =>
  (messages[key] as (values: unknown) => string)(values)

/** Whether a value is a {@link RegimenError}, of any copy of this package. */
export const isRegimenError = (value: unknown): value is RegimenError =>
  value instanceof Error && value.name === 'RegimenError' && 'code' in value

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (isRegimenError(thrown)) return thrown.detail
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** An error with a code and place: a {@link RegimenError} keeps its code and only gets the place. */
export function located(
  thrown: unknown,
  code: ErrorCode,
  what: string,
  details: ErrorDetails = {},
): RegimenError {
  if (!isRegimenError(thrown))
    return new RegimenError(code, `${what}: ${messageOf(thrown)}`, {
      ...details,
      cause: thrown,
    })
  if (thrown.plugin !== undefined || details.plugin === undefined) return thrown
  const { data, cause, stack } = thrown
  const kept = cause === undefined ? { ...details, data } : { ...details, data, cause }
  const placed = new RegimenError(thrown.code, thrown.detail, kept)
  return Object.defineProperty(placed, 'stack', { value: stack })
}
