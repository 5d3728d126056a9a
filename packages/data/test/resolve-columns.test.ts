import { describe, expect, test } from 'vitest'
import type { Column, Columns } from '../src/columns.js'
import { resolveColumns } from '../src/resolve-columns.js'

const resolved = (column: Column) => resolveColumns({ x: column }).byName.x

describe('resolveColumns', () => {
  test.each([
    [new Float32Array(2), 'float32'],
    [new Float64Array(2), 'float32'],
    [new Int32Array(2), 'int32'],
    [new Int16Array(2), 'int32'],
    [new Uint16Array(2), 'int32'],
    [new Int8Array(2), 'int32'],
    [new Uint8Array(2), 'int32'],
    [new Uint8ClampedArray(2), 'int32'],
    [Buffer.from([1, 2]), 'int32'],
  ])('gives %o the dtype %s', (data, dtype) => {
    expect(resolved(data)).toEqual({ data, rowShape: [], width: 1, dtype, scale: 1 })
  })

  test.each<[Column, string, number]>([
    [{ data: new Uint8Array(2), dtype: 'bool' }, 'bool', 1],
    [{ data: new Uint8Array(2), dtype: 'float32' }, 'float32', 1],
    [{ data: new Uint8Array(2), scale: 1 / 255 }, 'float32', 1 / 255],
    [{ data: new Float32Array(2), scale: 2 }, 'float32', 2],
    [{ data: new Uint16Array(2), dtype: 'int32' }, 'int32', 1],
  ])('takes dtype and scale of %o', (column, dtype, scale) => {
    expect(resolved(column)).toMatchObject({ dtype, scale })
  })

  test.each<[Column, readonly number[], number]>([
    [{ data: new Float32Array(24), shape: [2, 3, 4] }, [3, 4], 12],
    [{ data: new Float32Array(24), shape: [24] }, [], 1],
    [{ data: new Float32Array(24), shape: [6, 4] }, [4], 4],
    [[1, 2, 3], [], 1],
    [[[1, 2], [3, 4]], [2], 2], // biome-ignore format: a table
    [[[[1], [2]]], [2, 1], 2],
  ])('reads the shape of a row', (column, rowShape, width) => {
    expect(resolved(column)).toMatchObject({ rowShape, width })
  })

  test('does not copy typed arrays', () => {
    const data = new Float32Array(6)
    expect(resolved({ data, shape: [2, 3] })?.data).toBe(data)
  })

  test('counts the rows', () => {
    const columns = { x: { data: new Float32Array(24), shape: [6, 4] }, y: new Int32Array(6) }
    expect(resolveColumns(columns).rows).toBe(6)
  })

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'The columns are undefined; give an object such as { x, y }.'],
    ['a list', [1], 'The columns are [1]; give an object such as { x, y }.'],
    [
      'one typed array',
      new Float32Array(2),
      'The columns are one typed array; give it a name: { x: array }.',
    ],
    ['none', {}, 'There are no columns; give at least one, such as { x, y }.'],
    [
      'no rows',
      { x: new Float32Array(0), y: [] },
      'The columns have no rows: "x", "y". Give at least one.',
    ],
    [
      'unequal rows',
      { x: { data: new Float32Array(20), shape: [10, 2] }, y: new Int32Array(9), z: [1] },
      'The columns differ in their number of rows: "x" has 10, "y" has 9, "z" has 1. Give every column one entry per row.',
    ],
    ['a string', { x: 'abc' }, 'Column "x" is "abc"; give a typed array (Float32Array,'],
    ['null', { x: null }, 'Column "x" is null; give a typed array'],
    ['Uint32Array', { x: new Uint32Array(2) }, 'Column "x" is Uint32Array; give a typed array'],
    ['plain data', { x: { data: [1, 2] } }, 'Column "x" has [1,2] for data; give a typed array'],
    [
      'an unknown key',
      { x: { data: new Float32Array(2), shapes: [2] } },
      'Column "x" has the unknown key "shapes"; it takes data, shape, dtype, scale.',
    ],
    [
      'a shape without rows first',
      { x: { data: new Float32Array(4), shape: [] } },
      'Column "x" has the shape []; give whole numbers, the number of rows first',
    ],
    [
      'a shape with a fraction',
      { x: { data: new Float32Array(4), shape: [4, 0.5] } },
      'Column "x" has the shape [4,0.5]; give whole numbers',
    ],
    [
      'a shape of another length',
      { x: { data: new Float32Array(24), shape: [10, 4] } },
      'Column "x" has the shape [10,4], which is 40 numbers, but its data has 24. That is 6 rows of such a shape.',
    ],
    [
      'a shape that never fits',
      { x: { data: new Float32Array(25), shape: [6, 4] } },
      'Column "x" has the shape [6,4], which is 24 numbers, but its data has 25. Make shape and data agree.',
    ],
    [
      'an unknown dtype',
      { x: { data: new Uint8Array(2), dtype: 'uint8' } },
      'Column "x" has the dtype "uint8"; give "float32", "int32" or "bool".',
    ],
    [
      'floats as int32',
      { x: { data: new Float32Array(2), dtype: 'int32' } },
      'Column "x" has the dtype "int32", but its data is a Float32Array, whose numbers would be cut;',
    ],
    [
      'numbers as bool',
      { x: { data: new Uint8Array([0, 1, 7]), dtype: 'bool' } },
      'Column "x" has the dtype "bool", but holds 7 at index 2; give 0 and 1.',
    ],
    [
      'a scaled int32',
      { x: { data: new Uint8Array(2), dtype: 'int32', scale: 2 } },
      'Column "x" has a scale and the dtype "int32"; only float32 is scaled.',
    ],
    [
      'a NaN scale',
      { x: { data: new Uint8Array(2), scale: Number.NaN } },
      'Column "x" has the scale NaN; give a finite number.',
    ],
  ])('refuses %s', (_, columns, text) => {
    expect(() => resolveColumns(columns as Columns)).toThrow(text)
  })
})
