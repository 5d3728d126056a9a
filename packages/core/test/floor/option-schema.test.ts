import { describe, expect, it } from 'vitest'
import {
  checkOptions,
  count,
  flag,
  invalidOption,
  isRegimenError,
  list,
  oneOf,
  optionSchema,
  text,
} from '../../src/index.js'

const fields = {
  monitor: text().required(),
  mode: oneOf('min', 'max').required(),
  patience: count().default(3),
  strict: flag().default(true),
  checkOn: oneOf('validation', 'epoch'),
}
const right = { monitor: 'loss', mode: 'min' }

function thrown(act: () => unknown) {
  try {
    act()
  } catch (error) {
    if (isRegimenError(error)) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const refused = (given: unknown) => thrown(() => checkOptions('earlyStopping', given, fields))

describe('checkOptions', () => {
  it('fills in defaults, and has nothing for what is neither given nor has one', () => {
    const checked = checkOptions('earlyStopping', { ...right, patience: 5 }, fields)
    expect(Object.entries(checked)).toEqual([
      ['monitor', 'loss'],
      ['mode', 'min'],
      ['patience', 5],
      ['strict', true],
    ])
  })

  it('takes undefined as not given', () => {
    const given = { ...right, patience: undefined, checkOn: undefined }
    expect(checkOptions('earlyStopping', given, fields).patience).toBe(3)
  })

  it('leaves what it is given as it is', () => {
    const given = Object.freeze({ ...right })
    expect(checkOptions('earlyStopping', given, fields)).not.toBe(given)
  })

  it.each([
    ['null', null, 'null'],
    ['undefined', undefined, 'undefined'],
    ['a number', 5, '5'],
    ['a string', 'x', '"x"'],
    ['a list', [], '[]'],
    ['a Map', new Map(), 'Map'],
    ['a promise', Promise.resolve(), 'Promise'],
    ['a function', () => 1, 'function (anonymous)'],
  ])('refuses %s in place of options', (_name, given, found) => {
    const { code, detail, data } = refused(given)
    const wanted = 'an object with "monitor", "mode"'
    expect(code).toBe('REG_OPTION_INVALID')
    expect(detail).toBe(`earlyStopping: "options" is ${found}; expected ${wanted}.`)
    expect(data).toMatchObject({ owner: 'earlyStopping', expected: wanted })
  })

  it('lists all options where none is required', () => {
    const check = () => checkOptions('progress', 5, { summary: flag(), results: flag() })
    const expected = 'an object with any of "summary", "results"'
    expect(thrown(check).detail).toBe(`progress: "options" is 5; expected ${expected}.`)
  })

  it('says what is missing', () => {
    const { detail, data } = refused({ monitor: 'loss' })
    expect(detail).toBe('earlyStopping: "mode" is missing; expected "min" or "max".')
    expect(data).toEqual({
      owner: 'earlyStopping',
      option: 'mode',
      found: undefined,
      expected: '"min" or "max"',
    })
  })

  const names = '"monitor", "mode", "patience", "strict", "checkOn"'
  it.each([
    ['patienc', ' Did you mean "patience"?'],
    ['Patience', ' Did you mean "patience"?'],
    ['check_on', ' Did you mean "checkOn"?'],
    ['patience_epochs', ' Did you mean "patience"?'],
    ['log_mode', ' Did you mean "mode"?'],
    ['verbose', ''],
    ['constructor', ''],
    ['hasOwnProperty', ''],
  ])('refuses the unknown name %s', (name, hint) => {
    const { code, detail, data } = refused({ ...right, [name]: 1 })
    expect(code).toBe('REG_OPTION_UNKNOWN')
    const text = `earlyStopping: "${name}" is not known; expected one of ${names}.`
    expect(detail).toBe(text + hint)
    expect(data).toEqual({
      owner: 'earlyStopping',
      option: name,
      options: Object.keys(fields),
    })
  })

  it('refuses the key __proto__, and takes nothing from prototypes', () => {
    const parsed = JSON.parse('{ "monitor": "a", "mode": "min", "__proto__": { "patience": 9 } }')
    expect(refused(parsed)).toMatchObject({ code: 'REG_OPTION_UNKNOWN' })
    const inherited = Object.assign(Object.create({ patience: 9 }), right)
    expect(checkOptions('earlyStopping', inherited, fields).patience).toBe(3)
    const bare = Object.assign(Object.create(null), right)
    expect(checkOptions('earlyStopping', bare, fields).patience).toBe(3)
  })

  it('refuses an unknown name before a wrong value', () => {
    expect(refused({ monitor: 5, mod: 'min' }).code).toBe('REG_OPTION_UNKNOWN')
  })

  it('does not show what may be a key', () => {
    const check = (apiKey: unknown) =>
      thrown(() => checkOptions('logger', { apiKey }, { apiKey: text().secret().required() }))
    const { detail, data } = check(5)
    expect(detail).toBe(
      'logger: "apiKey" is not usable (it is not shown); expected a non-empty string.',
    )
    expect(data).not.toHaveProperty('found')
    expect(check(undefined).detail).toContain('"apiKey" is missing;')
  })
})

it('names of other systems are translated', () => {
  const schema = optionSchema('checkpoint', { topK: count() }, { '^save_top_k$': '"topK"' })
  const text = /"save_top_k" is not known; expected one of "topK"\. In Regimen it is "topK"\.$/
  expect(() => schema.check({ save_top_k: 1 })).toThrow(text)
})

describe('invalidOption', () => {
  it('throws in the one grammar, with its data', () => {
    const { code, detail, data } = thrown(() =>
      invalidOption('checkpoint', 'mode', undefined, '"min" or "max", since there is a "monitor"'),
    )
    expect(code).toBe('REG_OPTION_INVALID')
    expect(detail).toBe(
      'checkpoint: "mode" is missing; expected "min" or "max", since there is a "monitor".',
    )
    expect(data).toEqual({
      owner: 'checkpoint',
      option: 'mode',
      found: undefined,
      expected: '"min" or "max", since there is a "monitor"',
    })
  })

  it('takes other words for what was found, more data, a place and a cause', () => {
    const cause = new Error('no')
    const details = { foundText: 'full', data: { lacking: ['a'] }, plugin: 'mine', cause }
    const error = thrown(() => invalidOption('mine', 'store', 5, 'room', details))
    expect(error).toMatchObject({ detail: 'mine: "store" is full; expected room.', cause })
    expect(error.plugin).toBe('mine')
    expect(error.data).toMatchObject({ found: 5, lacking: ['a'] })
  })
})

describe('the standard schema', () => {
  const { validate, vendor, version } = optionSchema('x', { ...fields, tags: list(text()) })[
    '~standard'
  ]

  it('gives the checked options', () => {
    expect({ vendor, version }).toEqual({ vendor: 'regimen', version: 1 })
    expect(validate(right)).toEqual({ value: { ...right, patience: 3, strict: true } })
  })

  it('gives every issue with its place', () => {
    expect(validate({ monitor: '', mode: 'min', tags: ['a', 5] })).toEqual({
      issues: [
        { message: 'It is ""; expected a non-empty string.', path: ['monitor'] },
        { message: 'It is 5; expected a non-empty string.', path: ['tags', '1'] },
      ],
    })
    expect(validate({ ...right, patienc: 1 })).toEqual({
      issues: [{ message: 'It is not known. Did you mean "patience"?', path: ['patienc'] }],
    })
    expect(validate(5)).toMatchObject({ issues: [{ path: [] }] })
  })
})
