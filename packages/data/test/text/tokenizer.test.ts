import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { arrayLoader, type TokenizerJson, tokenizer, trainTokenizer } from '../../src/index.js'

const mails = ['Call me Ishmael.', 'Call me, call ME!', 'e=mc² — naïve, 42']
/** The words in the order of their numbers. */
const vocabularyOf = ({ model }: TokenizerJson) =>
  Object.entries((model as unknown as { vocab: Record<string, number> }).vocab)
    .sort(([, one], [, other]) => one - other)
    .map(([word]) => word)

/** A WordPiece model as BERT has it, with marks at both ends. */
const bert = {
  added_tokens: ['[PAD]', '[UNK]', '[CLS]', '[SEP]'].map((content, id) => ({
    ...{ id, content, special: true },
    ...{ single_word: false, lstrip: false, rstrip: false, normalized: false },
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    ...{
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
    },
    vocab: { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3, whale: 4, '##s': 5, white: 6 },
  },
}

describe('trainTokenizer', () => {
  it('numbers words by frequency, then by name, after padding and unknown', () => {
    const json = trainTokenizer(mails, { minCount: 1 })
    expect(vocabularyOf(json).slice(0, 6)).toEqual(['[PAD]', '[UNK]', 'call', 'me', ',', '!'])
    expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  })

  it('keeps the most frequent, and those that occur often enough', () => {
    expect(vocabularyOf(trainTokenizer(mails))).toEqual(['[PAD]', '[UNK]', 'call', 'me', ','])
    expect(vocabularyOf(trainTokenizer(mails, { size: 1 }))).toEqual(['[PAD]', '[UNK]', 'call'])
    const words = vocabularyOf(trainTokenizer(mails, { lowercase: false, minCount: 1 }))
    expect(words).toEqual(expect.arrayContaining(['Call', 'call', 'ME']))
  })

  it('parts texts as the tokenizer does: no word that it was trained on is unknown', async () => {
    const odd = [
      ...mails,
      'a_b c-d "e" (f) [g] 中文 x²+y £5 $6 <a href="b">~^`|=',
      'tab\tline\nnbsp\u00a0end',
    ]
    const { sequences } = await tokenizer(trainTokenizer(odd, { minCount: 1 })).then((made) => ({
      sequences: made.sequences(odd),
    }))
    expect(sequences.flat()).not.toContain(1)
  })

  it.each([
    [{ size: 0 }, /size of trainTokenizer is 0/],
    [{ minCount: 9 }, /no word that occurs 9 times/],
    [{ sizes: 1 } as never, /no option "sizes". Did you mean "size"/],
  ])('refuses %j', (options, expected) => {
    expect(() => trainTokenizer(mails, options)).toThrow(expected)
  })

  it('refuses what is no text', () => {
    expect(() => trainTokenizer(['a', 3 as never])).toThrow(
      'A text of trainTokenizer is 3; give strings.',
    )
  })
})

describe('tokenizer', () => {
  it('gives columns that arrayLoader takes', async () => {
    const words = await tokenizer(trainTokenizer(mails))
    const { ids, mask, lengths } = words.encode(['call me', 'white call, me, me', ''], {
      length: 4,
    })
    expect([...ids.data]).toEqual([2, 3, 0, 0, 1, 2, 4, 3, 0, 0, 0, 0])
    expect([...mask.data]).toEqual([1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0])
    expect([[...lengths], ids.shape, words.size]).toEqual([[2, 4, 0], [3, 4], 5])
    for (const { x, m } of arrayLoader({ x: ids, m: mask }, { batchSize: 3 })) {
      expect([x.shape, x.dtype, m.dtype]).toEqual([[3, 4], 'int32', 'int32'])
      x.dispose()
      m.dispose()
    }
  })

  it('pads and cuts the sides that it is told, by default to the longest', async () => {
    const words = await tokenizer(trainTokenizer(mails))
    const texts = ['call me,', 'me']
    expect([...words.encode(texts).ids.data]).toEqual([2, 3, 4, 3, 0, 0])
    const left = words.encode(texts, { length: 2, pad: 'left', truncate: 'left' })
    expect([...left.ids.data]).toEqual([3, 4, 0, 3])
    expect([...left.mask.data]).toEqual([1, 1, 0, 1])
  })

  it('is what JSON says of it, and reads a tokenizer.json of the Hub', async () => {
    const made = await tokenizer(bert as never)
    expect(made.sequences(['White whales!'])).toEqual([[2, 6, 4, 5, 1, 3]])
    expect(made.sequences(['White'], { special: false })).toEqual([[6]])
    expect(made.decode([2, 6, 4, 5, 3, 0, 0])).toBe('white whales')
    expect([made.pad, made.size]).toEqual([0, 7])
    const again = await tokenizer(JSON.parse(JSON.stringify(made.json)))
    expect(again.sequences(mails)).toEqual(made.sequences(mails))
  })

  it('cuts a text, and not the marks of its ends', async () => {
    const made = await tokenizer(bert as never)
    const cut = (truncate: 'left' | 'right') => [
      ...made.encode(['white whales white'], { length: 4, truncate }).ids.data,
    ]
    expect([cut('right'), cut('left')]).toEqual([
      [2, 6, 4, 3],
      [2, 5, 6, 3],
    ])
    expect(() => made.encode(['white whales'], { length: 2 })).toThrow(
      /marks of beginning and end are 2/,
    )
  })

  it('gives an unknown word the number for them, or refuses it: never that of padding', async () => {
    const model = { type: 'WordLevel', vocab: { '[PAD]': 0, '[UNK]': 1, whale: 2 } }
    const json = { ...bert, post_processor: null, model }
    const known = await tokenizer({ ...json, model: { ...model, unk_token: '[UNK]' } } as never)
    expect(known.sequences(['whale squid'])).toEqual([[2, 1]])
    const strict = await tokenizer(json as never)
    expect(() => strict.sequences(['whale squid'])).toThrow(/does not know "squid"/)
  })

  it('takes more texts than a call has arguments', async () => {
    const words = await tokenizer(trainTokenizer(mails))
    expect(words.encode(Array(150_000).fill('me')).ids.shape).toEqual([150_000, 1])
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'no tokenizer',
      () => tokenizer({} as never),
      /The tokenizer is \{\}; give a parsed tokenizer.json, with a "model"/,
    ],
    [
      'a model that is not known',
      () => tokenizer({ model: { type: 'Magic' } }),
      /tokenizer.json cannot be used: /,
    ],
    [
      'no token that pads',
      () => tokenizer(trainTokenizer(mails), '[EOS]'),
      /none of the tokens "\[EOS\]"; name the one that pads/,
    ],
    [
      'one text',
      async () => (await tokenizer(trainTokenizer(mails))).encode('a' as never),
      /give a list of strings/,
    ],
    [
      'no text',
      async () => (await tokenizer(trainTokenizer(mails))).encode([]),
      /no text to encode/,
    ],
    [
      'no length',
      async () => (await tokenizer(trainTokenizer(mails))).encode(['a'], { length: 0 }),
      /length of encode is 0/,
    ],
    [
      'a wrong side',
      async () => (await tokenizer(trainTokenizer(mails))).encode(['a'], { pad: 'top' as never }),
      /pad of encode is "top"/,
    ],
    [
      'a number of no token',
      async () => (await tokenizer(trainTokenizer(mails))).decode([99]),
      /number 99 is of no token; they are 0 to 4/,
    ],
  ])('refuses %s', async (_, act, expected) => {
    await expect((async () => act())()).rejects.toThrow(expected)
  })
})
