import { describe, expect, it } from 'vitest'
import type { OptionFault } from '../../src/floor/option-kind.js'
import { count, flag, text } from '../../src/floor/option-kinds.js'
import { nameHint, readFields } from '../../src/floor/read-options.js'

const fields = {
  patience: count().default(3),
  verbose: flag(),
  key: text().secret(),
}

/** What is read, and the faults as `option is found; expected x`. */
function readAll(given: unknown, place = '') {
  const faults: OptionFault[] = []
  const options = readFields(given, fields, place, (fault) => faults.push(fault))
  const texts = faults.map(
    ({ option, foundText, expected, hint }) => `${option} is ${foundText}; ${expected}${hint}`,
  )
  return { options, texts }
}

describe('options that are right', () => {
  it.each([
    [{}, { patience: 3 }],
    [{ patience: undefined, verbose: undefined }, { patience: 3 }],
    [
      { patience: 0, verbose: false },
      { patience: 0, verbose: false },
    ],
    [{ patience: -0 }, { patience: 0 }],
    [Object.assign(Object.create(null), { key: 'x' }), { patience: 3, key: 'x' }],
    // What is inherited is not given.
    [Object.create({ patience: 9 }), { patience: 3 }],
  ])('%#', (given, options) => {
    expect(readAll(given)).toEqual({ options, texts: [] })
  })
})

describe('options that are wrong', () => {
  it.each([
    [undefined, ['options is undefined; an object with any of "patience", "verbose", "key"']],
    [null, ['options is null; an object with any of "patience", "verbose", "key"']],
    [[], ['options is []; an object with any of "patience", "verbose", "key"']],
    [new Map(), ['options is Map; an object with any of "patience", "verbose", "key"']],
    [{ patience: -1 }, ['patience is -1; a non-negative integer']],
    [{ patience: Number.NaN }, ['patience is NaN; a non-negative integer']],
    [{ verbose: 1 }, ['verbose is 1; true or false']],
    [{ patence: 1 }, ['patence is 1;  Did you mean "patience"?']],
    [JSON.parse('{ "__proto__": 1 }'), ['__proto__ is 1; ']],
    [{ constructor: 1 }, ['constructor is 1; ']],
    // A key is never shown, wrong as it may be.
    [{ key: 12345 }, ['key is not usable (it is not shown); a non-empty string']],
    [{ zzz: 1, verbose: 2 }, ['zzz is 1; ', 'verbose is 2; true or false']],
  ])('%o', (given, texts) => {
    expect(readAll(given).texts).toEqual(texts)
  })

  it('are named with the place that they are in', () => {
    expect(readAll({ verbose: 1 }, 'screen').texts).toEqual(['screen.verbose is 1; true or false'])
    expect(readAll(1, 'screen').texts[0]).toContain('screen is 1; ')
  })

  it('are missing where they are required', () => {
    const faults: OptionFault[] = []
    readFields({}, { file: text().required() }, '', (fault) => faults.push(fault))
    expect(faults).toMatchObject([{ option: 'file', foundText: 'missing' }])
  })
})

it.each([
  ['patience', ' Did you mean "patience"?'],
  ['Patience', ' Did you mean "patience"?'],
  ['pat-ience', ' Did you mean "patience"?'],
  ['min_delta', ' In Regimen it is "minDelta".'],
  ['maxPatience', ' Did you mean "patience"?'],
  ['logEvery', ' Did you mean "every"?'],
  ['zzz', ''],
  ['', ''],
])('the hint for %j is %j', (name, hint) => {
  const foreign = { '^min_?delta$': '"minDelta"' }
  expect(nameHint(name, ['patience', 'every', 'to'], foreign)).toBe(hint)
})
