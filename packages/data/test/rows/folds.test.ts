import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, test, vi } from 'vitest'
import { arrayLoader, kFold, stratifiedSplit, weightedSample } from '../../src/index.js'

const rows = 60
/** Three classes: 40, 15 and 5 rows. */
const y = Int32Array.from({ length: rows }, (_, row) => (row % 12 < 8 ? 0 : row % 12 < 11 ? 1 : 2))
const row = Int32Array.from({ length: rows }, (_, index) => index)
const counts = (values: ArrayLike<number>) =>
  [0, 1, 2].map((key) => Array.from(values).filter((value) => value === key).length)

describe('kFold', () => {
  test.each([2, 5, 7, 60])('with k %i has each row in one validation part', (k) => {
    const folds = kFold({ row, y }, { k, seed: 1 })
    expect(folds.flatMap(({ validation }) => [...validation.row]).sort((a, b) => a - b)).toEqual([
      ...row,
    ])
    for (const { train, validation, rows: parts } of folds) {
      const all = [...train.row, ...validation.row].sort((a, b) => a - b)
      expect(all).toEqual([...row])
      expect(train.y).toEqual(y.filter((_, index) => parts.train.includes(index)))
      expect(Math.abs(validation.row.length - rows / k)).toBeLessThan(1)
    }
  })

  test('is the same for the same seed, and another for another', () => {
    const of = (seed: number) =>
      kFold({ row }, { k: 3, seed }).map(({ rows: { validation } }) => [...validation])
    expect(of(1)).toEqual(of(1))
    expect(of(1)).not.toEqual(of(2))
  })

  test('stratified has the share of each class in each fold', () => {
    for (const { validation } of kFold({ row, y }, { k: 5, stratify: 'y' }))
      expect(counts(validation.y)).toEqual([8, 3, 1])
  })

  test('grouped has no group on both sides', () => {
    const group = Array.from(row, (index) => `patient ${index % 9}`)
    const folds = kFold({ row, y }, { k: 4, group })
    for (const { rows: parts } of folds) {
      const names = (list: Uint32Array) => new Set(Array.from(list, (index) => group[index]))
      const trained = names(parts.train)
      expect([...names(parts.validation)].filter((name) => trained.has(name))).toEqual([])
      expect(parts.validation.length).toBeGreaterThanOrEqual(12)
    }
  })

  test('grouped and stratified has each class in each fold', () => {
    const group = Array.from(row, (index) => Math.floor(index / 3))
    for (const { validation } of kFold({ row, y }, { k: 2, group, stratify: 'y' }))
      for (const [index, count] of counts(validation.y).entries())
        expect(Math.abs(count - (counts(y)[index] ?? 0) / 2)).toBeLessThan(3)
  })

  test('says that a class is too rare for every fold', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    kFold({ y }, { k: 6, stratify: 'y' })
    expect(warn.mock.calls[0]?.[0]).toBe(
      'kFold: class 2 has 5 rows for 6 folds; a fold has none of it.',
    )
  })

  test.each<[object, string]>([
    [{ k: 61 }, 'kFold with k 61 has only 60 rows; give a k up to 60.'],
    [{ k: 1 }, 'The k of kFold is 1; give a whole number from 2.'],
    [{ folds: 3 }, 'kFold has no option "folds".'],
    [{ k: 3, groups: 'y' }, 'Did you mean "group"?'],
    [{ k: 4, group: 'y' }, 'kFold with k 4 has only 3 groups; give a k up to 3.'],
    [{ stratify: 'label' }, 'The stratify of kFold is the column "label", which is not there'],
    [{ group: Array(60) }, 'The group of kFold is undefined in row'],
    [{ stratify: [1, 2] }, 'The stratify of kFold has 2 entries; give'],
    [{ stratify: new Float64Array(60).fill(Number.NaN) }, 'The stratify of kFold is NaN in row'],
  ])('refuses %#', (options, text) => {
    expect(() => kFold({ row, y }, options)).toThrow(text)
  })
})

describe('stratifiedSplit', () => {
  test('has the shares of split, and in each the shares of the classes', () => {
    const { train, test: held } = stratifiedSplit(
      { row, y },
      { train: 0.8, test: 0.2 },
      { by: 'y', seed: 1 },
    )
    expect(counts(train.y)).toEqual([32, 12, 4])
    expect(counts(held.y)).toEqual([8, 3, 1])
    expect([...train.row, ...held.row].sort((a, b) => a - b)).toEqual([...row])
    expect([...train.y]).not.toEqual([...train.y].sort())
  })

  test('takes counts, in order, and leaves the rest out', () => {
    const [first, second] = stratifiedSplit({ row, y }, [24, 12], { by: Array.from(y, String) })
    expect(counts(first?.y ?? [])).toEqual([16, 6, 2])
    expect(counts(second?.y ?? [])).toEqual([8, 3, 1])
  })

  test('refuses what split refuses under its name', () => {
    expect(() => stratifiedSplit({ y }, [70], { by: 'y' })).toThrow(
      'The sizes of stratifiedSplit are [70]',
    )
    expect(() => stratifiedSplit({ y }, [0.5], { by: 'y', sed: 1 } as never)).toThrow(
      'Did you mean "seed"?',
    )
    expect(() => stratifiedSplit({ y }, [0.5], {} as never)).toThrow(
      'The by of stratifiedSplit is undefined',
    )
  })
})

describe('weightedSample', () => {
  const drawn = (options: Parameters<typeof weightedSample>[1], count = 6000) => {
    const read: number[] = []
    for (const batch of weightedSample({ y }, { seed: 1, batchSize: 500, count, ...options })) {
      read.push(...batch.y.dataSync())
      tf.dispose(batch)
    }
    return counts(read).map((found) => found / count)
  }

  test('draws classes equally often, or by their weights', () => {
    for (const share of drawn({ by: 'y' })) expect(share).toBeCloseTo(1 / 3, 1)
    const [none, twice, once] = drawn({ by: 'y', weights: { 0: 0, 1: 2, 2: 3 } })
    expect(none).toBe(0)
    expect(twice).toBeCloseTo(30 / 45, 1)
    expect(once).toBeCloseTo(15 / 45, 1)
  })

  test('draws rows by their weights, never one of weight 0', () => {
    const weights = Float32Array.from(y, (key) => (key === 2 ? 1 : 0))
    expect(drawn({ weights })).toEqual([0, 0, 1])
  })

  test('refuses the position of other weights, and an arrayLoader that of drawn rows', () => {
    const of = (weights: ArrayLike<number>) => weightedSample({ row }, { weights, seed: 1 })
    const [even, rising] = [of(new Float32Array(60).fill(1)), of(row)]
    rising.restore(JSON.parse(JSON.stringify(of(row).state())))
    expect(() => rising.restore(even.state())).toThrow('but this weightedSample has weights')
    expect(() => arrayLoader({ row }, { shuffle: true }).restore(even.state())).toThrow(
      'but this arrayLoader has weights undefined',
    )
  })

  test('draws others in each epoch, the same ones for the same seed', () => {
    const epochs = () => {
      const loader = weightedSample(
        { row },
        { weights: new Float32Array(60).fill(1), seed: 3, batchSize: 60 },
      )
      return [1, 2].map(() =>
        Array.from(loader, (batch) => {
          const values = [...batch.row.dataSync()]
          batch.row.dispose()
          return values.join()
        }),
      )
    }
    const [first, second] = epochs()
    expect(first).not.toEqual(second)
    expect(epochs()).toEqual([first, second])
  })

  test.each<[object, string]>([
    [{}, 'The weights of weightedSample are undefined; give 60 numbers, one per row'],
    [{ weights: [1, 2] }, 'The weights of weightedSample are 2 numbers; give 60'],
    [{ weights: new Float64Array(60) }, 'add up to 0; give at least one that is larger than 0'],
    [
      { weights: new Float64Array(60).fill(Number.NaN) },
      'The weight of row 0 of weightedSample is NaN',
    ],
    [{ weights: new Float64Array(60).fill(-1) }, 'The weight of row 0 of weightedSample is -1'],
    [{ by: 'y', weights: { 0: 1, 1: 1 } }, 'lack the class 2'],
    [
      { by: 'y', weights: { 0: 1, 1: 1, 2: 1, 3: 1 } },
      'name the class "3", of which there is no row',
    ],
    [{ by: 'y', count: 0 }, 'The count of weightedSample is 0; give a whole number from 1.'],
    [
      { by: 'y', batchsize: 3 },
      'weightedSample has no option "batchsize". Did you mean "batchSize"?',
    ],
    [{ by: 'y', batchSize: 0 }, 'The batchSize of weightedSample is 0'],
  ])('refuses %#', (options, text) => {
    expect(() => weightedSample({ row, y }, options)).toThrow(text)
  })
})
