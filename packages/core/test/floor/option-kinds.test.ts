import { describe, expect, it } from 'vitest'
import {
  amount,
  anything,
  checkOptions,
  count,
  either,
  every,
  flag,
  func,
  group,
  having,
  integer,
  isRegimenError,
  list,
  number,
  type OptionKind,
  oneOf,
  path,
  record,
  text,
} from '../../src/index.js'

/** What a kind makes of a value: the value, or what is said of it. */
function read(kind: OptionKind<never> | { readonly spec: object }, value: unknown): unknown {
  try {
    return checkOptions('plugin', { x: value }, { x: kind as OptionKind<unknown> }).x
  } catch (thrown) {
    if (!isRegimenError(thrown)) throw thrown
    return thrown.detail
  }
}

class Thing {
  readonly size = 1
}

const stream = { write: () => true }
const schedule = expect.stringMatching(/^plugin: "x" is .*; expected one of \{ steps: n \}/)
const said = (found: string, wanted: string) => `plugin: "x" is ${found}; expected ${wanted}.`

describe.each<[name: string, kind: { readonly spec: object }, rows: [unknown, unknown][]]>([
  [
    'count()',
    count(),
    [
      [0, 0],
      [7, 7],
      [-0, 0],
      [-1, said('-1', 'a non-negative integer')],
      [1.5, said('1.5', 'a non-negative integer')],
      [Number.NaN, said('NaN', 'a non-negative integer')],
      [Number.POSITIVE_INFINITY, said('Infinity', 'a non-negative integer')],
      [2 ** 53, said('9007199254740992', 'a non-negative integer')],
      ['3', said('"3"', 'a non-negative integer')],
      [3n, said('3n', 'a non-negative integer')],
      [null, said('null', 'a non-negative integer')],
      [[3], said('[3]', 'a non-negative integer')],
      [new Thing(), said('Thing', 'a non-negative integer')],
      [true, said('true', 'a non-negative integer')],
    ],
  ],
  [
    'count().from(1)',
    count().from(1),
    [
      [1, 1],
      [0, said('0', 'a positive integer')],
    ],
  ],
  [
    'count().from(1).upTo(2000)',
    count().from(1).upTo(2000),
    [
      [2000, 2000],
      [2001, said('2001', 'an integer from 1 to 2000')],
    ],
  ],
  [
    'count().orInfinity()',
    count().orInfinity(),
    [
      [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
      [Number.NEGATIVE_INFINITY, said('-Infinity', 'a non-negative integer or Infinity')],
      [0.5, said('0.5', 'a non-negative integer or Infinity')],
    ],
  ],
  [
    'integer().from(-1)',
    integer().from(-1),
    [
      [-1, -1],
      [-2, said('-2', 'an integer from -1')],
    ],
  ],
  [
    'number()',
    number(),
    [
      [-0.5, -0.5],
      [Number.NaN, said('NaN', 'a finite number')],
      [Number.NEGATIVE_INFINITY, said('-Infinity', 'a finite number')],
      ['', said('""', 'a finite number')],
    ],
  ],
  [
    'number().orInfinity()',
    number().orInfinity(),
    [
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [Number.NaN, said('NaN', 'a number, which may be infinite')],
    ],
  ],
  [
    'number().above(0).below(1)',
    number().above(0).below(1),
    [
      [0.5, 0.5],
      [0, said('0', 'a number above 0 and below 1')],
      [1, said('1', 'a number above 0 and below 1')],
    ],
  ],
  ['number().above(0)', number().above(0), [[0, said('0', 'a positive number')]]],
  ['number().from(0).upTo(1)', number().from(0).upTo(1), [[2, said('2', 'a number from 0 to 1')]]],
  [
    'amount()',
    amount(),
    [
      [0.1, 0.1],
      [-0.1, said('-0.1', 'a non-negative number')],
    ],
  ],
  [
    'text()',
    text(),
    [
      ['a', 'a'],
      ['', said('""', 'a non-empty string')],
      [5, said('5', 'a non-empty string')],
      [new Thing(), said('Thing', 'a non-empty string')],
      [null, said('null', 'a non-empty string')],
    ],
  ],
  [
    'text().matching()',
    text().matching(/^[a-z]+$/, 'small letters'),
    [
      ['abc', 'abc'],
      ['aBc', said('"aBc"', 'small letters')],
    ],
  ],
  [
    'path()',
    path(),
    [
      ['a/b', 'a/b'],
      ['', said('""', 'a path')],
    ],
  ],
  [
    'flag()',
    flag(),
    [
      [false, false],
      [0, said('0', 'true or false')],
      ['true', said('"true"', 'true or false')],
    ],
  ],
  [
    "oneOf('min', 'max')",
    oneOf('min', 'max'),
    [
      ['min', 'min'],
      ['auto', said('"auto"', '"min" or "max"')],
      ['toString', said('"toString"', '"min" or "max"')],
    ],
  ],
  ["oneOf('a', 'b', 3)", oneOf('a', 'b', 3), [['3', said('"3"', '"a", "b" or 3')]]],
  [
    'every()',
    every(),
    [
      [{ steps: 10 }, { steps: 10 }],
      [{ epochs: 0.5 }, { epochs: 0.5 }],
      [{ steps: 0.5 }, schedule],
      [{ steps: Number.NaN }, schedule],
      [5, schedule],
      [{ step: 5 }, expect.stringMatching(/Did you mean "steps"\?$/)],
    ],
  ],
  [
    'list(text())',
    list(text()),
    [
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
      [[], []],
      ['a', said('"a"', 'a list, each item a non-empty string')],
      [['a', ''], 'plugin: "x[1]" is ""; expected a non-empty string.'],
    ],
  ],
  [
    'record(text())',
    record(text()),
    [
      [{ a: 'b' }, { a: 'b' }],
      [['a'], said('["a"]', 'an object, each value a non-empty string')],
      [{ a: 1 }, 'plugin: "x.a" is 1; expected a non-empty string.'],
    ],
  ],
  [
    'group()',
    group({ train: count().default(2), test: count() }),
    [
      [{}, { train: 2 }],
      [{ train: 3, test: undefined }, { train: 3 }],
      [5, said('5', 'an object with any of "train", "test"')],
      [[], said('[]', 'an object with any of "train", "test"')],
      [{ test: -1 }, 'plugin: "x.test" is -1; expected a non-negative integer.'],
      [
        { trains: 1 },
        'plugin: "x.trains" is not known; expected one of "train", "test". Did you mean "train"?',
      ],
    ],
  ],
  [
    'func()',
    func(),
    [
      [Math.max, Math.max],
      [{}, said('{}', 'a function')],
    ],
  ],
  [
    "having('write')",
    having<typeof stream>('write'),
    [
      [stream, stream],
      [{ write: 1 }, said('an object without "write"', 'an object with the method "write"')],
      [null, said('null', 'an object with the method "write"')],
    ],
  ],
  [
    'anything()',
    anything(),
    [
      [null, null],
      [0, 0],
    ],
  ],
  [
    'either(flag(), every())',
    either(flag(), every()),
    [
      [true, true],
      [{ steps: 1 }, { steps: 1 }],
      [5, expect.stringContaining('"x" is 5; expected true or false, or one of { steps: n }')],
      [{ stepz: 1 }, expect.stringMatching(/Did you mean "steps"\?$/)],
    ],
  ],
  [
    'either(count(), list(text()))',
    either(count(), list(text())),
    [[['a', 1], 'plugin: "x[1]" is 1; expected a non-empty string.']],
  ],
])('%s', (_name, kind, rows) => {
  it.each(rows)('makes of %o: %o', (value, expected) => {
    const result = read(kind, value)
    expect(result).toEqual(expected)
    expect(Object.is(result, -0)).toBe(false)
  })
})
