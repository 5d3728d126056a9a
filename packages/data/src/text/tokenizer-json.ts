import { checkKeys, quote } from '../checks.js'

/** A `tokenizer.json` as the libraries of Hugging Face read and write it. */
export interface TokenizerJson {
  readonly model: { readonly type?: string; readonly unk_token?: string | null }
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[]
}

/** Options of {@link trainTokenizer}. */
export interface TrainTokenizerOptions {
  /** Words that get a number, the most frequent first; the others are unknown. Default 10,000. */
  readonly size?: number
  /** How often a word must occur to get a number. Default 2. */
  readonly minCount?: number
  /** Whether capital letters are small ones. Default true. */
  readonly lowercase?: boolean
}

const OWNER = 'trainTokenizer'
/** Numbers 0 and 1. */
const SPECIAL = ['[PAD]', '[UNK]']
/** Longer ones are unknown to the model too. */
const LONGEST_WORD = 100

/**
 * Learns a vocabulary of words from texts, best those to train on alone. The result is JSON in the format of
 * a `tokenizer.json`: 0 pads, 1 is for unknown words, then the words by frequency. Words are letters and digits; each
 * punctuation mark is one of its own.
 *
 * @throws TypeError, RangeError for texts that are none, and for wrong options
 * @example
 * const words = trainTokenizer(['Call me Ishmael.', 'Call me.'], { minCount: 1 })
 */
export function trainTokenizer(
  texts: Iterable<string>,
  options: TrainTokenizerOptions = {},
): TokenizerJson {
  checkKeys(options, ['size', 'minCount', 'lowercase'], OWNER)
  const { size = 10_000, minCount = 2, lowercase = true } = options
  for (const [name, value] of Object.entries({ size, minCount })) {
    if (!Number.isSafeInteger(value) || value < 1)
      throw new RangeError(
        `The option ${name} of ${OWNER} is ${quote(value)}; give a whole number from 1.`,
      )
  }
  const counts = new Map<string, number>()
  for (const text of texts) {
    if (typeof text !== 'string')
      throw new TypeError(`A text of ${OWNER} is ${quote(text)}; give strings.`)
    for (const word of wordsOf(lowercase ? text.toLowerCase() : text))
      counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  const words = [...counts]
    .filter(([word, count]) => count >= minCount && !SPECIAL.includes(word))
    .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
    .slice(0, size)
  if (words.length === 0) {
    throw new RangeError(
      `${OWNER} found no word that occurs ${minCount} times; give more texts or a smaller minCount.`,
    )
  }
  return tokenizerJson(
    words.map(([word]) => word),
    lowercase,
  )
}

/** As `BertPreTokenizer` parts a text: at spaces, and around each punctuation mark. */
function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu) ?? []
}

function tokenizerJson(words: readonly string[], lowercase: boolean) {
  const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      special: true,
      ...plain,
    })),
    normalizer: lowercase ? { type: 'Lowercase' } : null,
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: LONGEST_WORD,
      vocab: Object.fromEntries([...SPECIAL, ...words].map((word, id) => [word, id])),
    },
  }
}
