/** A text of core's catalog. */
export interface MessageText {
  /** `CODE.case`, or `notice.case`. */
  readonly key: string
  /** The name of the file that has it. */
  readonly file: string
  /** The text with its placeholders. */
  readonly text: string
  /** The names of the values that it is a function of. */
  readonly declared: readonly string[]
  /** The names of the values that stand in it. */
  readonly used: readonly string[]
}
export function messageTexts(folder: string): MessageText[]
