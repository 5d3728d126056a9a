import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseYaml, yamlEntry, yamlOf } from '../src/yaml.js'

const VALUES = {
  rate: 1e-7,
  large: 1e21,
  'optimizer/beta1': 0.9,
  count: 32,
  minusZero: -0,
  infinite: Number.POSITIVE_INFINITY,
  low: Number.NEGATIVE_INFINITY,
  isOn: false,
  nothing: null,
  text: 'a: b # c\n"d" ü 🎲',
  looksTrue: 'true',
  looksNumber: '007',
  yes: 1,
  'key: with # signs': 'x',
  '': 2,
  '12': 3,
}

describe('hparams.yaml', () => {
  it.each(['1.1', '1.2'] as const)('is read by a YAML %s parser as it was logged', (version) => {
    const entries = Object.entries(VALUES).map(([name, value]) => yamlEntry(name, value))
    const text = yamlOf('a comment', new Map(entries))
    expect(parse(text, { version })).toEqual(VALUES)
  })

  it.each([
    ['a: b', 'c\nd: e'],
    ['"', "'"],
    ['&anchor', '*alias'],
    ['<<', '!!js/function >\n  x'],
    ['# no comment', '---\n...'],
    ['\u0085next', 'a\u2028b\u2029c'],
    ['\u001b[31m', 'a\u202eb\u007f'],
    ['', '{a: 1}'],
    ['- item', '[1]'],
    ['? key', '%YAML 1.1'],
  ])('has one entry for %j: %j, in characters that print', (name, value) => {
    const text = yamlOf('a comment', new Map([yamlEntry(name, value)]))
    expect(parse(text)).toEqual({ [name]: value })
    expect(text.split('\n')).toHaveLength(3)
    expect(text).not.toMatch(/[\u007f-\u009f\u2028-\u202e]|(?!\n)\p{Cc}/u)
  })

  it('tells NaN', () => {
    const text = yamlOf('a comment', new Map([yamlEntry('value', Number.NaN)]))
    expect(parse(text)).toEqual({ value: Number.NaN })
  })

  it('is an empty mapping without hyperparameters', () => {
    expect(parse(yamlOf('a comment', new Map()))).toEqual({})
  })

  it('is read back for hyperparameters that come later', () => {
    const entries = new Map(Object.entries(VALUES).map(([name, value]) => yamlEntry(name, value)))
    expect(parseYaml(yamlOf('a comment', entries))).toEqual({ comment: 'a comment', entries })
  })
})
