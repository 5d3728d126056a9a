import { expect, it } from 'vitest'
import { flatten } from '../../src/record/flatten.js'

const circle: Record<string, unknown> = { a: 1 }
circle.self = circle
const listCircle: unknown[] = [1]
listCircle.push(listCircle)
const shared = { x: 1 }

const cases: readonly (readonly [object, object])[] = [
  [
    { lr: 0.1, name: 'adam', nesterov: true, none: null },
    { lr: 0.1, name: 'adam', nesterov: true, none: null },
  ],
  [{ optimizer: { rate: { start: 0.1 } } }, { 'optimizer/rate/start': 0.1 }],
  [{ layers: [64, [32, { a: 1 }]] }, { layers: '[64,[32,{"a":1}]]' }],
  [{ gone: undefined, kept: 1 }, { kept: 1 }],
  [{ empty: {} }, { empty: '{}' }],
  [
    { big: 10n, when: new Date(0), bad: new Date(Number.NaN) },
    { big: '10', when: '1970-01-01T00:00:00.000Z', bad: 'Invalid Date' },
  ],
  [
    { call: function named() {}, symbol: Symbol('s') },
    { call: '[Function named]', symbol: 'Symbol(s)' },
  ],
  [{ circle }, { 'circle/a': 1, 'circle/self': '[Circular]' }],
  [{ listCircle }, { listCircle: '[1,"[Circular]"]' }],
  [
    { first: shared, second: shared },
    { 'first/x': 1, 'second/x': 1 },
  ],
  [
    { typed: new Float32Array([1, 2]), set: new Set([1]), map: new Map([['k', 2]]) },
    { typed: '[1,2]', set: '[1]', 'map/k': 2 },
  ],
  [{ list: [Number.NaN, 1n] }, { list: '["NaN","1"]' }],
  [{ nan: Number.NaN }, { nan: Number.NaN }],
  [
    {
      apiKey: 'k',
      api_key: 'k',
      password: 'p',
      passwd: 'p',
      clientSecret: 's',
      hf_token: 't',
      authToken: 't',
    },
    {
      apiKey: '***',
      api_key: '***',
      password: '***',
      passwd: '***',
      clientSecret: '***',
      hf_token: '***',
      authToken: '***',
    },
  ],
  [
    { tokens: 512, maxTokens: 4, tokenizer: 'bpe', key: 1, keys: 2 },
    { tokens: 512, maxTokens: 4, tokenizer: 'bpe', key: 1, keys: 2 },
  ],
  [{ logins: [{ password: 'p', user: 'u' }] }, { logins: '[{"password":"***","user":"u"}]' }],
]

it.each(cases.map(([values, flat]) => ({ names: Object.keys(values).join(), values, flat })))(
  'flattens $names',
  ({ values, flat }) => {
    const { names, values: found } = flatten(values)
    expect(Object.fromEntries(names.map((name, at) => [name, found[at]]))).toEqual(flat)
  },
)

it('ends however deep the values are', () => {
  let deep: Record<string, unknown> = {}
  for (let depth = 0; depth < 1000; depth++) deep = { deep }
  expect(flatten(deep).values).toEqual(['[Nested too deeply]'])
})
