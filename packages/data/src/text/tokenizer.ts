import type { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { checkKeys, quote } from '../checks.js'
import { TextCoder } from './text-coder.js'
import type { TokenizerJson } from './tokenizer-json.js'

/** Options of {@link Tokenizer.encode}. */
export interface EncodeOptions {
  /**
   * Numbers per text: shorter ones are padded, longer ones cut, but for their marks of beginning and end.
   * Default: as many as the longest has.
   */
  readonly length?: number
  /** Which side is cut. Default `right`. */
  readonly truncate?: 'left' | 'right'
  /** Which side is padded. Default `right`. */
  readonly pad?: 'left' | 'right'
  /** Whether the tokens are added that the tokenizer marks beginnings and ends with. Default true. */
  readonly special?: boolean
}

type Column = {
  readonly data: Int32Array
  readonly shape: readonly [rows: number, length: number]
  readonly dtype: 'int32'
}

/** Texts as columns for `arrayLoader`, `split` and kin. */
export interface EncodedTexts {
  /** Numbers of the tokens, `[texts, length]`. */
  readonly ids: Column
  /** 1 for a token and 0 for padding, `[texts, length]`. */
  readonly mask: Column
  /** Tokens of each text, before padding and after cutting. */
  readonly lengths: Int32Array
}

/** Texts to numbers and back. */
export interface Tokenizer {
  /** How many tokens there are: numbers are below it. */
  readonly size: number
  /** The number that pads. */
  readonly pad: number
  /** What it was made of, to be saved beside a model. */
  readonly json: TokenizerJson
  /** @throws TypeError, RangeError for what are no texts, and for wrong options */
  encode(texts: readonly string[], options?: EncodeOptions): EncodedTexts
  /** Numbers of each text, of its own length: for `padTo` and `bucketByLength`. */
  sequences(
    texts: readonly string[],
    options?: Pick<EncodeOptions, 'special'>,
  ): number[][]
  /** The text of some numbers, without padding and marks. */
  decode(ids: ArrayLike<number>): string
}

const PADS = ['[PAD]', '<pad>', '<|endoftext|>', '</s>']

/**
 * A tokenizer of a `tokenizer.json`, parsed: of a model of the Hugging Face Hub, or of `trainTokenizer`.
 * Needs the package `@huggingface/tokenizers`.
 *
 * @param pad the token that pads; default: the one that is called so
 * @throws TypeError for what is no tokenizer, RangeError where it has no token that pads; Error where the package is not installed
 * @example
 * ```ts no-run
 * const words = await tokenizer(trainTokenizer(mails))
 * const { ids } = words.encode(mails, { length: 100 })
 * const train = arrayLoader({ x: ids, y: labels }, { batchSize: 32, shuffle: true })
 * ```
 */
export async function tokenizer(json: TokenizerJson, pad?: string): Promise<Tokenizer> {
  const type = (json as Partial<TokenizerJson> | null)?.model
  if (typeof type !== 'object' || type === null) {
    throw new TypeError(
      `The tokenizer is ${quote(json)}; give a parsed tokenizer.json, with a "model".`,
    )
  }
  const inner = await made(json)
  const known = pad === undefined ? PADS : [pad]
  const id = known
    .map((token) => inner.token_to_id(token))
    .find((one) => one !== undefined)
  if (id === undefined) {
    throw new RangeError(
      `The tokenizer has none of the tokens ${known.map(quote).join(', ')}; name the one that pads.`,
    )
  }
  return new TextTokenizer(inner, json, id)
}

async function made(json: TokenizerJson): Promise<HuggingFaceTokenizer> {
  const library = await import('@huggingface/tokenizers').catch((cause: unknown) => {
    const text =
      'tokenizer needs @huggingface/tokenizers. Run npm install @huggingface/tokenizers.'
    throw new Error(text, { cause })
  })
  try {
    return new library.Tokenizer(json, {})
  } catch (cause) {
    throw new TypeError(
      `The tokenizer.json cannot be used: ${(cause as Error).message}.`,
      {
        cause,
      },
    )
  }
}

class TextTokenizer implements Tokenizer {
  readonly size: number
  readonly #inner: HuggingFaceTokenizer
  readonly #coder: TextCoder

  constructor(
    inner: HuggingFaceTokenizer,
    readonly json: TokenizerJson,
    readonly pad: number,
  ) {
    this.#inner = inner
    this.#coder = new TextCoder(inner, json.model.unk_token)
    this.size =
      1 + [...inner.get_vocab(true).values()].reduce((a, b) => Math.max(a, b), 0)
  }

  sequences(
    texts: readonly string[],
    { special = true }: EncodeOptions = {},
  ): number[][] {
    return checkTexts(texts).map((text) => this.#coder.encoded(text, special))
  }

  encode(texts: readonly string[], options: EncodeOptions = {}): EncodedTexts {
    checkKeys(options, ['length', 'truncate', 'pad', 'special'], 'encode')
    const { truncate = 'right', pad = 'right' } = options
    const given = options.length
    if (given !== undefined && (!Number.isSafeInteger(given) || given < 1))
      throw new RangeError(
        `The option length of encode is ${quote(given)}; give a whole number from 1.`,
      )
    for (const [name, side] of Object.entries({ truncate, pad }))
      if (side !== 'left' && side !== 'right')
        throw new RangeError(
          `The option ${name} of encode is ${quote(side)}; give "left" or "right".`,
        )
    const all =
      given === undefined
        ? this.sequences(texts, options)
        : checkTexts(texts).map((text) => this.#coder.cut(text, given, options))
    if (all.length === 0) throw new RangeError('There is no text to encode.')
    const length = given ?? all.reduce((most, ids) => Math.max(most, ids.length), 1)
    const [data, mask] = [0, 0].map(() => new Int32Array(all.length * length)) as [
      Int32Array,
      Int32Array,
    ]
    data.fill(this.pad)
    const lengths = Int32Array.from(all, (ids, row) => {
      const start = row * length + (pad === 'left' ? length - ids.length : 0)
      data.set(ids, start)
      mask.fill(1, start, start + ids.length)
      return ids.length
    })
    const shape = [all.length, length] as const
    const column = (values: Int32Array): Column => ({
      data: values,
      shape,
      dtype: 'int32',
    })
    return { ids: column(data), mask: column(mask), lengths }
  }

  decode(ids: ArrayLike<number>): string {
    const list = Array.from(ids)
    const wrong = list.find(
      (id) => !Number.isSafeInteger(id) || id < 0 || id >= this.size,
    )
    if (wrong !== undefined)
      throw new RangeError(
        `The number ${quote(wrong)} is of no token; they are 0 to ${this.size - 1}.`,
      )
    const text = list.filter((id) => id !== this.pad)
    return this.#inner.decode(text, { skip_special_tokens: true })
  }
}

/** @throws TypeError for anything but a list of strings */
function checkTexts(texts: readonly string[]): readonly string[] {
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string'))
    return texts
  throw new TypeError(`The texts to encode are ${quote(texts)}; give a list of strings.`)
}
