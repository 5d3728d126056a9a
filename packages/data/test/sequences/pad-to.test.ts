import { expect, test } from 'vitest'
import { padTo } from '../../src/index.js'

const sequences = [[1, 2, 3], [4], Int32Array.of(5, 6)]

test.each<[object, number[], number[]]>([
  [{}, [1, 2, 3, 4, 0, 0, 5, 6, 0], [3, 1, 2]],
  [{ pad: 'start' }, [1, 2, 3, 0, 0, 4, 0, 5, 6], [3, 1, 2]],
  [{ length: 2 }, [1, 2, 4, 0, 5, 6], [2, 1, 2]],
  [{ length: 2, truncate: 'start' }, [2, 3, 4, 0, 5, 6], [2, 1, 2]],
  [{ length: 4, value: -1 }, [1, 2, 3, -1, 4, -1, -1, -1, 5, 6, -1, -1], [3, 1, 2]],
])('%j', (options, data, lengths) => {
  const { column, lengths: found, mask } = padTo(sequences, options)
  expect([...column.data]).toEqual(data)
  expect(column.shape).toEqual([3, data.length / 3])
  expect(column.dtype).toBe('int32')
  expect([...found]).toEqual(lengths)
  expect(mask).toMatchObject({ shape: column.shape, dtype: 'bool' })
  expect([...mask.data].filter(Boolean)).toHaveLength(lengths.reduce((sum, length) => sum + length))
})

test('numbers that are not whole make float32, and an empty sequence is all filled', () => {
  const { column, lengths } = padTo([[0.5], []])
  expect(column).toEqual({ data: Float32Array.of(0.5, 0), shape: [2, 1], dtype: 'float32' })
  expect([...lengths]).toEqual([1, 0])
})

test.each<[unknown, object, string]>([
  [[], {}, 'The sequences of padTo are []; give a list with at least one.'],
  [[[1], 'ab'], {}, 'Sequence 1 of padTo is "ab"; give a list of numbers or a typed array.'],
  [[[1], [null]], {}, 'Sequence 1 of padTo is [null]'],
  [[[1], [2, Number.NaN]], {}, 'Sequence 1 of padTo is NaN at 1; fill or leave out'],
  [[[2 ** 31]], {}, 'padTo has the whole number 2147483648, which int32 cannot hold'],
  [[[0.5]], { dtype: 'int32' }, 'padTo has a number that is not whole and the dtype "int32"'],
  [[[1]], { length: 0 }, 'The length of padTo is 0; give a whole number from 1.'],
  [[[1]], { side: 'start' }, 'padTo has no option "side".'],
  [[[1]], { truncate: 'left' }, 'The truncate of padTo is "left"; give "start" or "end".'],
  [[[1]], { value: 'x' }, 'The value of padTo is "x"; give a number.'],
])('%j with %j is refused', (given, options, text) => {
  expect(() => padTo(given as number[][], options)).toThrow(text)
})

test('64-bit integers are refused', () => {
  expect(() => padTo([BigInt64Array.of(1n)] as never)).toThrow(
    'Sequence 0 of padTo is BigInt64Array; give a list of numbers or a typed array.',
  )
})
