import type { Tokenizer } from '@huggingface/tokenizers'
import { quote } from '../checks.js'

/** How a text is cut. */
export interface CutOptions {
  readonly truncate?: 'left' | 'right'
  readonly special?: boolean
}

/** The numbers of a text, whole or cut. */
export class TextCoder {
  readonly #inner: Tokenizer
  readonly #unknown: number | undefined

  /** @param unknown the token for what is unknown, if there is one */
  constructor(inner: Tokenizer, unknown: string | null | undefined) {
    this.#inner = inner
    this.#unknown = unknown ? inner.token_to_id(unknown) : undefined
  }

  /** @throws RangeError for a word that is not known to a tokenizer without a token for it */
  encoded(text: string, special: boolean): number[] {
    const { ids, tokens } = this.#inner.encode(text, { add_special_tokens: special })
    // A WordLevel model has no number for an unknown word, not even that of its token for them.
    return ids.map((id: number | undefined, at) => {
      const known = id ?? this.#unknown
      if (known !== undefined) return known
      throw new RangeError(
        `The tokenizer does not know ${quote(tokens[at])}, and has no token for what is unknown.`,
      )
    })
  }

  /**
   * The numbers of a text, cut to a length; its marks of beginning and end stay.
   *
   * @throws RangeError where the length has no room for more than marks, and as {@link encoded}
   */
  cut(text: string, length: number, { truncate, special = true }: CutOptions): number[] {
    const all = this.encoded(text, special)
    if (all.length <= length) return all
    const plain = special ? this.encoded(text, false) : all
    const marks = all.length - plain.length
    if (marks >= length)
      throw new RangeError(
        `The option length of encode is ${length}, but marks of beginning and end are ${marks}; give more, or special: false.`,
      )
    const isAt = (start: number) => plain.every((id, at) => all[start + at] === id)
    const before = Array.from({ length: marks + 1 }, (_, start) => start).find(isAt) ?? 0
    const kept =
      truncate === 'left' ? plain.slice(marks - length) : plain.slice(0, length - marks)
    return [...all.slice(0, before), ...kept, ...all.slice(before + plain.length)]
  }
}
