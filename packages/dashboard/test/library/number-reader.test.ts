import { describe, expect, it } from 'vitest'
import { NumberReader } from '../../src/library/number-reader.js'

const reader = new NumberReader()

/** The number in a cell between others, and nothing if it holds none. */
function read(text: string): number | undefined {
  const bytes = Buffer.from(`1,${text},2\n`)
  const isNumber = reader.read(bytes, 2)
  if (reader.stop !== 2 + text.length) throw new Error(`${text} ended at ${reader.stop}`)
  return isNumber ? reader.value : undefined
}

/** Numbers from 0 to below 2^31, the same in each run. */
function randomIntegers(): () => number {
  let state = 1
  return () => {
    state = (state * 48271) % 2147483647
    return state
  }
}

/** Float64 of all sizes and signs: every bit is random. */
function randomDoubles(): () => number {
  const random = randomIntegers()
  const words = new Uint32Array(2)
  const [double] = [new Float64Array(words.buffer)]
  return () => {
    words[0] = random() * 2 + (random() & 1)
    words[1] = random() * 2 + (random() & 1)
    return double?.[0] as number
  }
}

/** Texts that are read with other bits than `Number` reads them with. */
function misread(texts: readonly string[]): string[] {
  return texts.filter((text) => !Object.is(read(text), Number(text)))
}

const many = <T>(count: number, make: (at: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at))

describe('a number in a table', () => {
  it.each([
    ['0', 0],
    ['-0', -0],
    ['12', 12],
    ['007', 7],
    ['-3.5', -3.5],
    ['0.1', 0.1],
    ['1e5', 1e5],
    ['1E+05', 1e5],
    ['1e0', 1],
    ['2.50e-7', 2.5e-7],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['1e999', Number.POSITIVE_INFINITY],
    ['1e99999999999', Number.POSITIVE_INFINITY],
    ['5e-324', 5e-324],
    ['2.2250738585072011e-308', 2.225073858507201e-308],
    ['9007199254740993', 9007199254740992],
    ['9007199254740995', 9007199254740996],
    ['12345678901234567890123', Number('12345678901234567890123')],
    ['0.00000000000000000000000000000012', 1.2e-31],
    ['0.1000000000000000055511151231257827', 0.1],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
  ])('%s', (text, value) => {
    expect(read(text)).toBe(value)
  })

  it.each([
    ...['', ' ', 'abc', '1.2.3', '--1', '+1', '0x10', '0b1', '0o7', '-0x1', ' 1', '1 ', '1_000'],
    ...[
      '.',
      '.5',
      '5.',
      '-',
      '-.5',
      'n',
      'inf',
      'nan',
      '1e',
      '1e+',
      '1e-',
      'e5',
      '1e5.5',
      '1.e5',
      '1e5e5',
    ],
  ])('is not "%s"', (text) => {
    expect(read(text)).toBeUndefined()
  })

  it.each(['\n', '\r\n', ','])('ends before %j', (end) => {
    const bytes = new TextEncoder().encode(`-1.25e1${end}`)
    expect(reader.read(bytes, 0)).toBe(true)
    expect([reader.value, reader.stop]).toEqual([-12.5, 7])
  })
})

describe('has the bits that Number gives', () => {
  it('for doubles of all bits, as JavaScript prints them', () => {
    const next = randomDoubles()
    const texts = many(20_000, next).filter(Number.isFinite).map(String)
    expect(misread(texts)).toEqual([])
  })

  it('for doubles of common sizes, in any number of digits', () => {
    const random = randomIntegers()
    const texts = many(20_000, (at) => {
      const value = (random() / 2 ** 31 + random() / 2 ** 62 - 0.5) * 10 ** ((random() % 44) - 22)
      if (at % 3 === 0) return String(value)
      return at % 3 === 1 ? value.toPrecision(1 + (random() % 21)) : value.toExponential(16)
    })
    expect(misread(texts)).toEqual([])
  })

  it('for float32, as logged tensors are', () => {
    const random = randomIntegers()
    const texts = many(20_000, () =>
      String(Math.fround((random() / 2 ** 31 - 0.5) * 10 ** ((random() % 20) - 12))),
    )
    expect(misread(texts)).toEqual([])
  })

  it('for any digits and exponents', () => {
    const random = randomIntegers()
    const texts = many(20_000, (at) => {
      const digits = `${random()}${random()}`.slice(0, 1 + (random() % 19))
      const point = random() % (digits.length + 1)
      const whole = digits.slice(0, point) || '0'
      const rest = digits.slice(point)
      const number = `${at % 2 ? '-' : ''}${whole}${rest && `.${rest}`}`
      return at % 3 ? number : `${number}e${(random() % 60) - 30}`
    })
    expect(misread(texts)).toEqual([])
  })

  it('halfway between two doubles, and next to it', () => {
    const random = randomIntegers()
    const texts = many(7_000, () => {
      // Doubles from 2^52 to 2^53 are the integers, so these are 17 digits at and beside a tie.
      const whole = String(2n ** 52n + BigInt(random()) * BigInt(random() % 2 ** 21))
      return [`${whole}.4`, `${whole}.5`, `${whole}.6`]
    }).flat()
    expect(misread(texts)).toEqual([])
  })
})
