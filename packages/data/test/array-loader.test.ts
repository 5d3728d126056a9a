import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type ArrayLoaderOptions, arrayLoader } from '../src/array-loader.js'
import type { Columns } from '../src/columns.js'

let tensorsBefore = 0
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

const rowNumbers = (rows: number) => Int32Array.from({ length: rows }, (_, row) => row)
const loaderOf = (rows: number, options: ArrayLoaderOptions) =>
  arrayLoader({ row: rowNumbers(rows) }, options)
type Rows = ReturnType<typeof loaderOf>

/** The rows of one batch, which is disposed of. */
const read = ({ row }: { row: tf.Tensor }) => {
  const rows = [...row.dataSync()]
  row.dispose()
  return rows
}
const epoch = (loader: Rows) => Array.from(loader, read)
const epochs = (loader: Rows, count: number) => Array.from({ length: count }, () => epoch(loader))
const take = (loader: Rows, count: number) => {
  const iterator = loader[Symbol.iterator]()
  return { iterator, batches: Array.from({ length: count }, () => read(iterator.next().value)) }
}
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value))

describe('batches', () => {
  test.each([
    [10, 4, false, [4, 4, 2]],
    [10, 4, true, [4, 4]],
    [8, 4, true, [4, 4]],
    [3, 32, false, [3]],
    [3, 1, false, [1, 1, 1]],
  ])('of %i rows by %i (dropLast %s) have the sizes %j', (rows, batchSize, dropLast, sizes) => {
    const loader = loaderOf(rows, { batchSize, dropLast })
    expect(loader.size).toBe(sizes.length)
    expect(loader.rows).toBe(rows)
    expect(epoch(loader).map((batch) => batch.length)).toEqual(sizes)
  })

  test('have 32 rows in the order of the data, unless told otherwise', () => {
    const batches = epoch(arrayLoader({ row: rowNumbers(70) }))
    expect(batches.flat()).toEqual([...rowNumbers(70)])
    expect(batches.map((batch) => batch.length)).toEqual([32, 32, 6])
  })

  test.each<[string, Columns[string], tf.DataType, number[]]>([
    ['bare numbers', new Float32Array(6), 'float32', [4]],
    [
      'images',
      { data: new Uint8Array(6 * 12), shape: [6, 2, 2, 3], scale: 1 / 255 },
      'float32',
      [4, 2, 2, 3],
    ],
    ['labels', new Uint8Array(6), 'int32', [4]],
    ['masks', { data: new Uint8Array(12), shape: [6, 2], dtype: 'bool' }, 'bool', [4, 2]],
    [
      'nested arrays',
      [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
        [9, 0],
        [1, 2],
      ],
      'float32',
      [4, 2],
    ],
  ])('of %s are tensors of dtype and shape', (_, column, dtype, shape) => {
    const [first, second] = [...arrayLoader({ column }, { batchSize: 4 })]
    expect(first?.column).toMatchObject({ dtype, shape })
    expect(second?.column).toMatchObject({ dtype, shape: [2, ...shape.slice(1)] })
    tf.dispose([first, second])
  })

  test('keep the columns of a row together', () => {
    const x = { data: Float32Array.from({ length: 40 }, (_, index) => index), shape: [20, 2] }
    const loader = arrayLoader({ x, y: rowNumbers(20) }, { batchSize: 6, shuffle: true, seed: 3 })
    for (const batch of loader) {
      const [left] = batch.x.dataSync()
      expect(left).toBe(2 * (batch.y.dataSync()[0] as number))
      tf.dispose(batch)
    }
  })

  test('are fresh tensors that share nothing with the columns', () => {
    const row = rowNumbers(4)
    const loader = arrayLoader({ row }, { batchSize: 4 })
    const [batch] = [...loader]
    expect(tf.memory().numTensors).toBe(tensorsBefore + 1)
    row.fill(9)
    expect(read(batch as { row: tf.Tensor })).toEqual([0, 1, 2, 3])
  })
})

describe('epochs', () => {
  test('hold every row once, each in an order of its own', () => {
    const orders = epochs(loaderOf(50, { batchSize: 8, shuffle: true, seed: 1 }), 5)
    for (const order of orders) {
      expect(order.flat().sort((a, b) => a - b)).toEqual([...rowNumbers(50)])
    }
    expect(new Set(orders.map((order) => order.join())).size).toBe(5)
  })

  test('are the same for the same seed and others for another', () => {
    const of = (seed: number) => epochs(loaderOf(20, { batchSize: 8, shuffle: true, seed }), 3)
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })

  test('have the same row order for any batch size', () => {
    const of = (batchSize: number) => epoch(loaderOf(20, { batchSize, shuffle: true, seed: 1 }))
    expect(of(3).flat()).toEqual(of(7).flat())
  })

  test('follow Math.random where no seed is given, and differ where that differs', () => {
    const of = (random: number) => {
      vi.spyOn(Math, 'random').mockReturnValue(random)
      return epochs(loaderOf(20, { batchSize: 8, shuffle: true }), 2)
    }
    expect(of(0.25)).toEqual(of(0.25))
    expect(of(0.25)).not.toEqual(of(0.75))
  })

  test.each([
    ['return', (iterator: Iterator<unknown>) => iterator.return?.()],
    ['nothing at all', () => undefined],
  ])('that are broken off, ended by %s, are followed by the next one', (_, end) => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [, second, third] = epochs(loaderOf(20, options), 3)
    const loader = loaderOf(20, options)
    end(take(loader, 2).iterator)
    expect(epochs(loader, 2)).toEqual([second, third])
  })

  test('do not count where no batch was taken', () => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [first] = epochs(loaderOf(20, options), 1)
    const loader = loaderOf(20, options)
    take(loader, 0).iterator.return?.()
    take(loader, 0)
    expect(epoch(loader)).toEqual(first)
  })

  test('stay over: a finished or returned iterator gives nothing more', () => {
    const loader = loaderOf(8, { batchSize: 4 })
    const { iterator } = take(loader, 2)
    expect(iterator.next()).toEqual({ done: true, value: undefined })
    expect(iterator.next()).toEqual({ done: true, value: undefined })
    const broken = take(loader, 1).iterator
    broken.return?.()
    broken.return?.()
    expect(broken.next()).toEqual({ done: true, value: undefined })
    expect(loader.state()).toMatchObject({ epoch: 2, batch: 0 })
  })

  test('can run side by side: the state is that of the newest', () => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [first, second] = epochs(loaderOf(12, options), 2)
    const loader = loaderOf(12, options)
    const older = take(loader, 1)
    const newer = take(loader, 1)
    expect(Array.from(older.iterator, read)).toEqual(first?.slice(1))
    expect(loader.state()).toMatchObject({ epoch: 1, batch: 1 })
    expect(Array.from(newer.iterator, read)).toEqual(second?.slice(1))
  })
})

describe('resuming', () => {
  const cases: [string, number, ArrayLoaderOptions, ArrayLoaderOptions][] = [
    ['a seeded loader', 21, { batchSize: 4, shuffle: true, seed: 7 }, { seed: 7 }],
    ['a loader with a random seed', 21, { batchSize: 4, shuffle: true }, {}],
    ['a loader that is given the seed later', 21, { batchSize: 4, shuffle: true, seed: 9 }, {}],
    ['a loader that drops the last batch', 21, { batchSize: 4, shuffle: true, dropLast: true }, {}],
    ['a loader without shuffle', 21, { batchSize: 4 }, {}],
    ['a loader of one batch', 3, { batchSize: 4, shuffle: true }, {}],
  ]

  test.each(cases)(
    'from every position is as if %s had never stopped',
    (_, rows, options, { seed }) => {
      const { seed: _first, ...others } = options
      const again = { ...others, ...(seed === undefined ? {} : { seed }) }
      const { size } = loaderOf(rows, options)
      for (let epochIndex = 0; epochIndex < 3; epochIndex++) {
        for (let batch = 0; batch <= size; batch++) {
          const loader = loaderOf(rows, options)
          epochs(loader, epochIndex)
          const { iterator } = take(loader, batch)
          const saved = json(loader.state())
          const rest = Array.from(iterator, read)
          const later = epochs(loader, 3)

          const other = loaderOf(rows, again)
          other.restore(saved)
          expect(json(other.state())).toEqual(saved)
          // The end of an epoch and the beginning of the next one are the same position.
          if (rest.length > 0) expect(epoch(other)).toEqual(rest)
          expect(epochs(other, 3)).toEqual(later)
        }
      }
    },
  )

  test('saves the same state at the end of an epoch, before and after the iteration ends', () => {
    const loader = loaderOf(8, { batchSize: 4, shuffle: true, seed: 1 })
    const { iterator } = take(loader, 2)
    const saved = loader.state()
    expect(saved).toEqual({
      rows: 8,
      batchSize: 4,
      dropLast: false,
      shuffle: true,
      seed: 1,
      epoch: 1,
      batch: 0,
    })
    iterator.next()
    expect(loader.state()).toEqual(saved)
    iterator.return?.()
    expect(loader.state()).toEqual(saved)
  })

  test('of an epoch that was then broken off goes on with the next one', () => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [, second, third] = epochs(loaderOf(20, options), 3)
    const loader = loaderOf(20, options)
    take(loader, 2).iterator.return?.()
    const other = loaderOf(20, options)
    other.restore(loader.state())
    expect(epochs(other, 2)).toEqual([second, third])
  })

  test('and returning before the first batch gives up the rest of that epoch', () => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [, second] = epochs(loaderOf(20, options), 2)
    const loader = loaderOf(20, options)
    take(loader, 2)
    const other = loaderOf(20, options)
    other.restore(loader.state())
    other[Symbol.iterator]().return?.()
    expect(epoch(other)).toEqual(second)
  })

  test('turns a loader back in the middle of an iteration, which goes on alone', () => {
    const options = { batchSize: 4, shuffle: true, seed: 1 }
    const [first, second] = epochs(loaderOf(20, options), 2)
    const loader = loaderOf(20, options)
    const { iterator } = take(loader, 1)
    const saved = loader.state()
    read(iterator.next().value)
    loader.restore(saved)
    expect(epoch(loader)).toEqual(first?.slice(1))
    expect(Array.from(iterator, read)).toEqual(first?.slice(2))
    expect(epoch(loader)).toEqual(second)
  })

  test('leaves a loader as it was where the state is refused', () => {
    const loader = loaderOf(20, { batchSize: 4, shuffle: true, seed: 1 })
    take(loader, 2)
    const before = loader.state()
    expect(() => loader.restore({ ...before, seed: 2 })).toThrow(RangeError)
    expect(loader.state()).toEqual(before)
  })
})

describe('options', () => {
  test.each<[unknown, string]>([
    [{ batchSize: 0 }, 'The batchSize of arrayLoader is 0; give a whole number from 1.'],
    [{ batchSize: 2.5 }, 'The batchSize of arrayLoader is 2.5; give a whole number from 1.'],
    [{ batchSize: '32' }, 'The batchSize of arrayLoader is "32"; give a whole number from 1.'],
    [{ shuffle: 1 }, 'The option shuffle of arrayLoader is 1; give true or false.'],
    [{ dropLast: 'no' }, 'The option dropLast of arrayLoader is "no"; give true or false.'],
    [{ seed: Number.NaN }, 'The seed of arrayLoader is NaN; give a whole number from 0'],
    [{ batchsize: 3 }, 'arrayLoader has no option "batchsize". Did you mean "batchSize"?'],
    [
      { batchSize: 11, dropLast: true },
      'arrayLoader with 10 rows, batchSize 11 and dropLast has no batch; give a batchSize up to 10 or leave dropLast out.',
    ],
  ])('%j are refused', (options, text) => {
    expect(() => loaderOf(10, options as ArrayLoaderOptions)).toThrow(text)
  })
})
