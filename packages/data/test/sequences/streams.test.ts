import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { batch, bucketByLength, shuffle } from '../../src/index.js'

let before = 0
beforeEach(() => {
  before = tf.memory().numTensors
})
afterEach(() => expect(tf.memory().numTensors).toBe(before))

const mails = Array.from({ length: 11 }, (_, id) => ({
  id,
  words: Array.from({ length: (id * 5) % 7 }, (_, index) => id + index + 1),
}))
const read = async (loader: AsyncIterable<Record<string, tf.Tensor>>) => {
  const batches: Record<string, unknown>[] = []
  for await (const made of loader) {
    batches.push(
      Object.fromEntries(Object.entries(made).map(([name, value]) => [name, value.arraySync()])),
    )
    tf.dispose(made)
  }
  return batches
}

describe('bucketByLength', () => {
  const options = {
    by: 'words',
    boundaries: [2, 4],
    batchSize: 3,
    lengths: 'length',
    mask: 'mask',
  } as const

  test('gives each sample once, with others of its bucket, and fills to the longest', async () => {
    const batches = await read(bucketByLength(mails, options))
    const ids = batches.flatMap(({ id }) => id as number[])
    expect(ids.toSorted((a, b) => a - b)).toEqual(mails.map(({ id }) => id))
    for (const { words, length, id, mask } of batches as {
      words: number[][]
      length: number[]
      id: number[]
      mask: number[][]
    }[]) {
      expect(new Set(length.map((count) => (count <= 2 ? 0 : count <= 4 ? 1 : 2))).size).toBe(1)
      expect(words[0]).toHaveLength(Math.max(1, ...length))
      for (const [row, key] of id.entries()) {
        const given = mails[key]?.words ?? []
        expect(words[row]?.slice(0, given.length)).toEqual(given)
        expect(mask[row]?.filter(Boolean)).toHaveLength(given.length)
      }
    }
  })

  test('fills and cuts to the boundary, and leaves out what is not full', async () => {
    const batches = await read(
      bucketByLength(mails, { ...options, padTo: 'boundary', dropLast: true }),
    )
    for (const { words } of batches as { words: number[][] }[]) {
      expect(words).toHaveLength(3)
      expect([2, 4]).toContain(words[0]?.length)
    }
  })

  test('has one dtype in all batches: that of typed arrays, else int32', async () => {
    const dtypes = async (samples: readonly object[], dtype?: 'float32') => {
      const found = []
      for await (const made of bucketByLength(samples, {
        by: 'v',
        boundaries: [2],
        batchSize: 1,
        dtype,
      })) {
        found.push(made.v?.dtype)
        tf.dispose(made)
      }
      return found
    }
    const floats = [{ v: Float32Array.of(1) }, { v: Float32Array.of(0.5) }]
    const lists = [{ v: [1] }, { v: [0.5] }]
    expect(await dtypes(floats)).toEqual(['float32', 'float32'])
    expect(await dtypes(lists, 'float32')).toEqual(['float32', 'float32'])
    await expect(dtypes(lists)).rejects.toThrow('give the dtype "float32"')
  })

  test('with boundaries to fill to has as many shapes as buckets, for programs that are compiled', async () => {
    const many = Array.from({ length: 90 }, (_, id) => ({
      words: Array(1 + ((id * 7) % 30)).fill(1),
    }))
    const shapes = new Set<string>()
    const boundaries = [8, 16, 32]
    const loader = bucketByLength(many, {
      by: 'words',
      boundaries,
      batchSize: 4,
      padTo: 'boundary',
      dropLast: true,
    })
    for await (const made of loader) {
      shapes.add(String(made.words?.shape))
      tf.dispose(made)
    }
    expect([...shapes].sort()).toEqual(['4,16', '4,32', '4,8'])
  })

  test('refuses a position that was saved with other padding', () => {
    const saved = bucketByLength(mails, options).state()
    bucketByLength(mails, options).restore(JSON.parse(JSON.stringify(saved)))
    for (const other of [
      { value: 9 },
      { pad: 'start' },
      { truncate: 'start' },
      { mask: 'm' },
    ] as const)
      expect(() => bucketByLength(mails, { ...options, ...other }).restore(saved)).toThrow(
        'so it would give other batches',
      )
  })

  test('replaces no column of the samples', async () => {
    await expect(read(bucketByLength(mails, { ...options, lengths: 'id' }))).rejects.toThrow(
      'bucketByLength would add the column "id", which samples have; give another name.',
    )
    await expect(read(bucketByLength(mails, { ...options, mask: 'words' }))).rejects.toThrow(
      '"words"',
    )
  })

  test('has a batch size for each bucket', async () => {
    const batches = await read(bucketByLength(mails, { ...options, batchSize: [4, 2, 1] }))
    for (const { length } of batches as { length: number[] }[])
      expect(length.length).toBeLessThanOrEqual(
        (length[0] ?? 0) <= 2 ? 4 : (length[0] ?? 0) <= 4 ? 2 : 1,
      )
  })

  test.each<[object, string]>([
    [
      { boundaries: [4, 2] },
      'The boundaries of bucketByLength are [4,2]; give whole numbers that rise',
    ],
    [{ boundaries: [] }, 'The boundaries of bucketByLength are []'],
    [
      { batchSize: [1, 2] },
      'The batchSize of bucketByLength is [1,2]; give a number, or 3: one per bucket.',
    ],
    [{ batchSize: 0 }, 'The batchSize of bucketByLength is 0'],
    [{ lengths: 'a', mask: 'a' }, 'The lengths and the mask of bucketByLength are both "a"'],
    [{ mask: true }, 'The mask of bucketByLength is true; give the name of a column to add.'],
    [{ by: 3 }, 'The by of bucketByLength is 3'],
    [{ boundries: [2] }, 'Did you mean "boundaries"?'],
  ])('refuses %j', (wrong, text) => {
    expect(() => bucketByLength(mails, { ...options, ...wrong } as never)).toThrow(text)
  })

  test('refuses a sample without the sequence, and leaves nothing', async () => {
    const text =
      'bucketByLength goes by "words", but a sample has "id", "x"; give a list of numbers.'
    const samples = function* () {
      yield { id: 1, words: [1], x: tf.scalar(1) }
      yield { id: 2, x: tf.scalar(2) }
    }
    await expect(read(bucketByLength(samples, options))).rejects.toThrow(text)
  })
})

describe('batch', () => {
  test('stacks numbers, lists, typed arrays, booleans and tensors, and disposes of the samples', async () => {
    function* samples() {
      for (let id = 0; id < 3; id++)
        yield {
          id,
          list: [id, 1],
          bytes: Uint8Array.of(id),
          is: id > 1,
          inner: { t: tf.tensor1d([id, id]) },
        }
    }
    const made = []
    for await (const one of batch(samples, { batchSize: 2 })) {
      made.push(
        [one.id, one.list, one.bytes, one.is, one.inner.t].map(({ shape, dtype }) => [
          dtype,
          shape,
        ]),
      )
      tf.dispose([one.id, one.list, one.bytes, one.is, one.inner.t])
    }
    const kinds = (rows: number) => [
      ['float32', [rows]],
      ['float32', [rows, 2]],
      ['int32', [rows, 1]],
      ['bool', [rows]],
      ['float32', [rows, 2]],
    ]
    expect(made).toEqual([kinds(2), kinds(1)])
  })

  test.each([
    [10, false, 1],
    [3, false, 1],
    [2, false, 2],
    [2, true, 1],
    [10, true, 0],
  ])('of 3 samples by %i (dropLast %s) are %i batches', async (batchSize, dropLast, size) => {
    const loader = batch([1, 2, 3], { batchSize, dropLast })
    expect(loader.size).toBe(size)
    let count = 0
    for await (const made of loader) {
      count++
      made.dispose()
    }
    expect(count).toBe(size)
  })

  test.each([
    [[1, 'x'], 'A sample is "x" where others are a number; give all of one kind.'],
    [['x'], 'A sample is "x"; give numbers'],
    [
      [[1], [1, 2]],
      'Samples have 1 and 2 numbers; bring them to one length with padTo or bucketByLength.',
    ],
  ])('refuses the samples %j', async (samples, text) => {
    await expect(
      batch(samples as number[])
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow(text)
  })
})

describe('shuffle', () => {
  const orders = async (options: object, epochs = 2) => {
    const loader = shuffle(
      Array.from({ length: 30 }, (_, index) => index),
      options,
    )
    const read: number[][] = []
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order: number[] = []
      for await (const entry of loader) order.push(entry)
      read.push(order)
    }
    return read
  }

  test('gives every entry once, in another order in each epoch, the same for the same seed', async () => {
    const [first = [], second = []] = await orders({ seed: 1 })
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index))
    expect(first).not.toEqual(second)
    expect(await orders({ seed: 1 })).toEqual([first, second])
  })

  test('holds no more than its buffer', async () => {
    const [order = []] = await orders({ seed: 1, bufferSize: 4 })
    for (const [place, entry] of order.entries()) expect(entry - place).toBeLessThan(4)
    expect((await orders({ seed: 1, bufferSize: 1 }))[0]).toEqual(order.toSorted((a, b) => a - b))
  })
})
