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
