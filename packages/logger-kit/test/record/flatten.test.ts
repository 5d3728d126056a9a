import { expect, it } from 'vitest'
import { flatten } from '../../src/record/flatten.js'

class Bounds {
  constructor(
    readonly low: number,
    readonly high: number,
  ) {}
}

class Rate {
  constructor(readonly value: number) {}

  toString(): string {
    return `${this.value} a step`
  }
}

class Opaque {
  readonly #hidden = 1

  get isHidden(): boolean {
    return this.#hidden === 1
  }
}

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
  [
    {
      url: new URL('https://host/a?b=1'),
      failure: new TypeError('not a number'),
      pattern: /^a+$/gi,
      bounds: new Bounds(1, 2),
      rate: new Rate(0.1),
      opaque: new Opaque(),
      waiting: Promise.resolve(),
      shape: { dtype: 'float32', shape: [2, 3] },
    },
    {
      url: 'https://host/a?b=1',
      failure: 'TypeError: not a number',
      pattern: '/^a+$/gi',
      'bounds/low': 1,
      'bounds/high': 2,
      rate: '0.1 a step',
      opaque: '[Opaque]',
      waiting: '[Promise]',
      'shape/dtype': 'float32',
      'shape/shape': '[2,3]',
    },
  ],
  [
    { list: [new URL('https://host'), /a/, new Error('no'), new Map([['k', 1]]), new Set([2])] },
    { list: '["https://host/","/a/","Error: no",{"k":1},[2]]' },
  ],
  [
    { rates: [new Rate(1), new Opaque(), new Bounds(1, 2)] },
    { rates: '["1 a step","[Opaque]",{"low":1,"high":2}]' },
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
