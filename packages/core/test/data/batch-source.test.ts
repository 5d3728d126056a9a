import { describe, expect, it } from 'vitest'
import {
  batchesOf,
  type DataSources,
  limitedSize,
  namedSources,
  sizeOf,
} from '../../src/data/batch-source.js'

const sized = (size: unknown) => ({ size, *[Symbol.iterator]() {} })
const maker = () => [1]
const dataset = { iterator: async () => ({ next: async () => ({ done: true, value: 0 }) }) }

describe('sources by name', () => {
  it.each<[string, unknown, [name: string | undefined, place: string][]]>([
    ['a list', [1, 2], [[undefined, 'data']]],
    ['a function', maker, [[undefined, 'data']]],
    ['a dataset of tfjs', dataset, [[undefined, 'data']]],
    ['an iterable', sized(1), [[undefined, 'data']]],
    ['one by name', { a: [1] }, [['a', 'data.a']]],
    [
      'two by name',
      { b: [1], a: maker },
      [
        ['b', 'data.b'],
        ['a', 'data.a'],
      ],
    ],
    ['a name that all objects have', { constructor: [1] }, [['constructor', 'data.constructor']]],
  ])('%s', (_, sources, named) => {
    const found = namedSources(sources as DataSources<unknown>, 'data')
    expect(found.map(({ name, place }) => [name, place])).toEqual(named)
  })

  it.each([
    ['an empty object', {}, 'data'],
    ['nothing', undefined, 'data'],
    ['null', null, 'data'],
    ['a number', 5, 'data'],
    ['a string by name', { a: 'x' }, 'data.a'],
    ['nothing by name', { a: [1], b: undefined }, 'data.b'],
    ['an empty name', { '': [1] }, 'data'],
  ])('%s is none', (_, sources, place) => {
    expect(() => namedSources(sources as DataSources<unknown>, 'data')).toThrow(
      expect.objectContaining({
        code: 'REG_DATA_INVALID',
        data: expect.objectContaining({ place }),
      }),
    )
  })
})

describe('the size that a source tells', () => {
  it.each([
    [[], 0],
    [[1, 2, 3], 3],
    [sized(0), 0],
    [sized(-0), 0],
    [sized(7), 7],
    [sized(undefined), undefined],
    [sized(null), undefined],
    [sized(Number.POSITIVE_INFINITY), undefined],
    [dataset, undefined],
  ])('%o: %o', (source, size) => {
    expect(sizeOf(source, 'data') === size).toBe(true)
  })

  it.each([-1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY, 2 ** 53, '3', 3n, {}])(
    'may not be %o',
    (size) => {
      expect(() => sizeOf(sized(size), 'data')).toThrow('REG_DATA_INVALID')
    },
  )
})

describe('a limit of batches', () => {
  it.each<[size: number | undefined, limit: number, expected: number | undefined]>([
    [10, Number.POSITIVE_INFINITY, 10],
    [10, 20, 10],
    [10, 3, 3],
    [10, 1, 1],
    [10, 0, 0],
    [0, 5, 0],
    [10, 0.5, 5],
    [10, 0.25, 2],
    [10, 0.3, 3],
    [10, 0.7, 7],
    [3, 1 / 3, 1],
    [undefined, 3, undefined],
    [undefined, 0, undefined],
  ])('of %o batches %d are %o', (size, limit, expected) => {
    expect(limitedSize(sized(size), limit, 'data')).toBe(expected)
  })

  it.each<[string, number | undefined, number]>([
    ['a share of an unknown number', undefined, 0.5],
    ['a share that is no batch', 10, 0.05],
    ['a share of nothing', 0, 0.5],
  ])('%s is an error', (_, size, limit) => {
    expect(() => limitedSize(sized(size), limit, 'data')).toThrow('REG_OPTION_INVALID')
  })

  it.each<[DataSources<unknown>, number, number | undefined]>([
    [[1, 2, 3], 2, 2],
    [{ a: [1, 2, 3], b: [1] }, 2, 3],
    [{ a: [1, 2, 3], b: maker }, 2, undefined],
    [{ a: maker, b: [1] }, 2, undefined],
    [maker, 2, undefined],
    [{ a: [], b: [] }, 2, 0],
  ])('counts for each loader: %#', (sources, limit, sum) => {
    expect(batchesOf(sources, limit, 'data')).toBe(sum)
  })
})
