import type { MessageText } from './message-texts.mjs'

/** An error that a source makes by hand. */
export interface MadeError {
  /** Package, file and line. */
  readonly place: string
  /** The codes that it may have; none where they come from an error that was caught. */
  readonly codes: readonly string[]
  /** The names in its data; `undefined` where it has none. */
  readonly fields: readonly string[] | undefined
}
export function madeErrors(packages: string): MadeError[]
export function errorFields(texts: readonly MessageText[], packages: string): Map<string, string[]>
