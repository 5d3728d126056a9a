import { describe, expect, test } from 'vitest'
import type { Column } from '../src/columns.js'
import { gather } from '../src/gather.js'
import { resolveColumns } from '../src/resolve-columns.js'

const gathered = (column: Column, rows: number[]) =>
  gather(resolveColumns({ column }).byName.column as never, Uint32Array.from(rows))

describe('gather', () => {
  test.each<[string, Column, number[], ArrayLike<number>]>([
    ['numbers', new Float32Array([5, 6, 7]), [2, 0], new Float32Array([7, 5])],
    ['whole numbers', new Int16Array([5, -6, 7]), [1, 1], new Int32Array([-6, -6])],
    ['doubles', new Float64Array([0.1, 0.2]), [1], new Float32Array([0.2])],
    [
      'narrow rows',
      { data: new Uint16Array([1, 2, 3, 4, 5, 65535]), shape: [3, 2] },
      [2, 0],
      new Int32Array([5, 65535, 1, 2]),
    ],
    [
      'booleans',
      { data: new Uint8Array([0, 1, 1]), dtype: 'bool' },
      [2, 0],
      new Uint8Array([1, 0]),
    ],
    [
      'scaled bytes',
      { data: new Uint8Array([0, 51, 255]), scale: 1 / 255 },
      [2, 1, 0],
      new Float32Array([1, 51 / 255, 0]),
    ],
    ['no rows', new Float32Array([1]), [], new Float32Array(0)],
  ])('copies %s', (_, column, rows, expected) => {
    expect(gathered(column, rows)).toEqual(expected)
  })

  test.each([31, 32, 33, 784])('copies rows that are %i wide', (width) => {
    const data = Uint8Array.from({ length: 5 * width }, (_, index) => index % 251)
    const expected = [...data.slice(3 * width, 4 * width), ...data.slice(0, width)]
    expect([...gathered({ data, shape: [5, width] }, [3, 0])]).toEqual(expected)
  })
})
