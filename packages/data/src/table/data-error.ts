/** Codes of the errors of files; each is a row of core's table. */
export type DataErrorCode =
  | 'REG_DATA_CELL'
  | 'REG_DATA_COLUMN'
  | 'REG_DATA_EMPTY'
  | 'REG_DATA_FILE'
  | 'REG_DATA_FORMAT'
  | 'REG_OPTION_INVALID'
  | 'REG_OPTION_UNKNOWN'

/** Facts of an error for programs, such as `file`, `line` and `column`. */
export type DataErrorFacts = Readonly<Record<string, unknown>>

/** An error of a data file. It has the shape of core's `RegimenError`, since this package works without core. */
export class DataError extends Error {
  override readonly name = 'RegimenError'
  readonly plugin = undefined
  readonly hook = undefined
  /** The text without the code. */
  declare readonly detail: string
  /** The values that the text names. */
  declare readonly data: DataErrorFacts

  constructor(
    readonly code: DataErrorCode,
    detail: string,
    data: DataErrorFacts = {},
    options: ErrorOptions = {},
  ) {
    super(`${code}: ${detail}`, options)
    // Not enumerable: Node prints the properties of an uncaught error below its text, which says it all.
    Object.defineProperty(this, 'detail', { value: detail })
    Object.defineProperty(this, 'data', { value: data })
  }
}
