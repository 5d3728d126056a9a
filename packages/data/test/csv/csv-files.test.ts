import { readdirSync, readlinkSync } from 'node:fs'
import { appendFile, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { errorCodes, isRegimenError, Trainer } from '@regimen/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CsvOptions, fromCsv } from '../../src/csv/from-csv.js'
import { take as firstBatches } from '../../src/transforms/take.js'

let folder: string
let tensors: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regimen-csv-'))
  tensors = tf.memory().numTensors
})
afterEach(async () => {
  expect(openFiles()).toEqual([])
  await rm(folder, { recursive: true })
  expect(tf.memory().numTensors).toBe(tensors)
})

/** Files of the folder that the process has open. */
function openFiles(): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const file = readlinkSync(`/proc/self/fd/${fd}`)
      return file.startsWith(folder) ? [file] : []
    } catch {
      return []
    }
  })
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const numbers = (count: number, from = 0) =>
  `a,b\n${Array.from({ length: count }, (_, row) => `${from + row},${(from + row) * 2}`).join('\n')}\n`

type Loader = ReturnType<typeof fromCsv>

/** Values of the column a of some batches, at most `limit`. */
async function take(loader: Loader, limit = Number.POSITIVE_INFINITY) {
  const taken: number[][] = []
  for await (const batch of loader) {
    taken.push(Array.from((batch.a as tf.Tensor).dataSync()))
    tf.dispose(batch)
    if (taken.length >= limit) break
  }
  return taken
}

describe('files of fromCsv', () => {
  test('reads paths, URLs, gzip and several files as one table', async () => {
    const plain = await file('a.csv', numbers(3))
    const packed = await file('b.csv.gz', gzipSync(numbers(3, 3)))
    expect(await take(fromCsv([plain, packed]))).toEqual([[0, 1, 2, 3, 4, 5]])
    expect(await take(fromCsv(pathToFileURL(packed)))).toEqual([[3, 4, 5]])
    expect(await take(fromCsv([plain, packed], { stream: true, batchSize: 4 }))).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ])
  })

  test.each<[string, () => Promise<string | string[]>, string, RegExp]>([
    [
      'a missing file',
      async () => join(folder, 'no.csv'),
      'REG_DATA_FILE',
      /no\.csv cannot be read: there is no such file/,
    ],
    ['a folder', async () => folder, 'REG_DATA_FILE', /it is a folder/],
    [
      'gzip that ends early',
      () => file('a.gz', gzipSync(numbers(999)).subarray(0, 200)),
      'REG_DATA_FILE',
      /end too early/,
    ],
    [
      'damaged gzip',
      () => file('a.gz', gzipSync(numbers(99)).fill(7, 20, 60)),
      'REG_DATA_FILE',
      /damaged/,
    ],
    [
      'UTF-16',
      () => file('a.csv', Buffer.from(`\uFEFF${numbers(3)}`, 'utf16le')),
      'REG_DATA_FORMAT',
      /UTF-16/,
    ],
    [
      'latin1',
      () => file('a.csv', Buffer.from('a\ncafé\n', 'latin1')),
      'REG_DATA_FORMAT',
      /not text in UTF-8/,
    ],
    ['a file of Excel', () => file('a.csv', 'PK\x03\x04abc'), 'REG_DATA_FORMAT', /Excel/],
    ['bytes of zero', () => file('a.csv', 'a\n\0\n'), 'REG_DATA_FORMAT', /bytes of zero/],
    ['an empty file', () => file('a.csv', ''), 'REG_DATA_EMPTY', /a\.csv is empty/],
    [
      'headers that differ',
      async () => [await file('a.csv', numbers(2)), await file('b.csv', 'b,a\n1,2\n')],
      'REG_DATA_FORMAT',
      /b\.csv, line 1: the header has "b", "a"; expected "a", "b"/,
    ],
  ])('refuses %s and leaves nothing open', async (_, make, code, message) => {
    const failed = fromCsv(await make()).load()
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
    const error = await failed.catch((thrown: unknown) => thrown)
    expect(isRegimenError(error) && error.code in errorCodes).toBe(true)
  })

  test.each<CsvOptions>([{}, { stream: true }])(
    'closes files on early stop and throw: %o',
    async (options) => {
      const path = await file('a.csv', `${numbers(50_000)}x,1\n`)
      const columns = { a: 'number', b: 'number' } as const
      const loader = fromCsv(path, { ...options, columns, batchSize: 8 })
      if (options.stream) {
        expect(await take(loader, 2)).toHaveLength(2)
        expect(openFiles()).toEqual([])
        for await (const batch of loader) {
          tf.dispose(batch)
          expect(openFiles()).toHaveLength(1)
          break
        }
      }
      await expect(take(loader)).rejects.toThrow(/line 50002, column "a"/)
    },
  )

  test('a shuffled stream gives every row once, in another order each epoch', async () => {
    const path = await file('a.csv', numbers(1000))
    const loader = fromCsv(path, {
      stream: true,
      shuffle: true,
      seed: 3,
      shuffleBuffer: 100,
      batchSize: 64,
    })
    const [first, second] = [(await take(loader)).flat(), (await take(loader)).flat()]
    const all = Array.from({ length: 1000 }, (_, row) => row)
    expect(first).not.toEqual(second)
    for (const epoch of [first, second]) {
      expect(epoch).not.toEqual(all)
      expect(epoch.toSorted((a, b) => a - b)).toEqual(all)
    }
  })

  test.each<CsvOptions>([
    { stream: true },
    { stream: true, shuffle: true, shuffleBuffer: 30 },
    { stream: false, shuffle: true },
    { stream: false },
  ])('resumes in mid-epoch with the same batches: %o', async (options) => {
    const path = await file('a.csv', numbers(200))
    const make = (seed?: number) =>
      fromCsv(path, { ...options, ...(seed !== undefined && { seed }), batchSize: 16 })
    const loader = make(5)
    const first: number[][] = []
    const states: unknown[] = []
    for await (const batch of loader) {
      first.push(Array.from((batch.a as tf.Tensor).dataSync()))
      states.push(JSON.parse(JSON.stringify(loader.state())))
      tf.dispose(batch)
    }
    const next = await take(loader)
    for (const done of [1, 7, 12]) {
      const resumed = make()
      resumed.restore(states[done - 1])
      expect(await take(resumed)).toEqual(first.slice(done))
      expect(await take(resumed)).toEqual(next)
    }
  })
  test('a file that changed is refused by a stream and by a resumed loader', async () => {
    const path = await file('a.csv', numbers(40))
    const options = { stream: true, columns: { a: 'number', b: 'number' }, batchSize: 16 } as const
    const loader = fromCsv(path, options)
    await take(loader)
    const state = loader.state()
    await writeFile(path, numbers(40).replace('3,6', '3,7'))
    await expect(take(loader)).rejects.toMatchObject({
      code: 'REG_DATA_FILE',
      message: expect.stringMatching(/the content of .*a\.csv is another/),
    })
    await appendFile(path, '1,2\n')
    await expect(take(loader)).rejects.toThrow(/had 229 bytes and has 233/)
    const held = fromCsv(path, { ...options, stream: false })
    expect(() => held.restore(state)).toThrow(RangeError)
    const resumed = fromCsv(path, options)
    resumed.restore(state)
    await expect(take(resumed)).rejects.toThrow(/the data changed/)
  })

  test('a file that changes after it was read into memory is noticed', async () => {
    const path = await file('a.csv', numbers(4))
    const loader = fromCsv(path)
    const first = await take(loader)
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
    try {
      await utimes(path, 1, 1)
      expect(await take(loader)).toEqual(first)
      expect(await take(loader)).toEqual(first)
      expect(warn).toHaveBeenCalledOnce()
      expect(warn.mock.calls[0]?.[0]).toMatch(/written after it was read/)
    } finally {
      warn.mockRestore()
    }
  })

  test.each<[unknown, RegExp]>([
    [null, /give what state\(\) of a loader of fromCsv returned/],
    [{ loader: 'fromParquet' }, /give what state/],
  ])('refuses to restore %o', (state, message) => {
    expect(() => fromCsv('a.csv').restore(state)).toThrow(message)
  })

  test('refuses to restore the state of other options', async () => {
    const state = fromCsv('a.csv', { batchSize: 3 }).state()
    expect(() => fromCsv('a.csv', { batchSize: 4 }).restore(state)).toThrow(/batchSize 3/)
  })

  test('a stream refuses a median, and dropLast an epoch without a batch', async () => {
    const path = await file('a.csv', numbers(4))
    await expect(take(fromCsv(path, { stream: true, missing: 'median' }))).rejects.toThrow(/median/)
    await expect(take(fromCsv(path, { dropLast: true }))).rejects.toThrow(
      /"batchSize" is 32; expected at most 4/,
    )
  })
})

describe('fromCsv in a trainer', () => {
  test('a resumed run ends with the same weights, and has the encoders of the run before', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => `${n % 3 ? 'a' : 'b'},${n / 50},${n % 7}`)
    const path = await file('train.csv', `kind,n,y\n${rows.join('\n')}\n`)
    const run = async (
      stopAfter: number,
      resumeFrom?: Awaited<ReturnType<Trainer['snapshot']>>,
    ) => {
      const optimizer = tf.train.sgd(0.1)
      const w = tf.tidy(() => tf.variable(tf.zeros([3, 1])))
      const train = fromCsv(path, {
        target: 'y',
        shuffle: true,
        seed: 1,
        batchSize: 8,
      })
      const trainer = new Trainer({ maxSteps: stopAfter, maxEpochs: 99 })
      const module = {
        trainingStep: ({ x, y }: { x: tf.Tensor2D; y: tf.Tensor2D }) =>
          tf.losses.meanSquaredError(y, tf.matMul(x, w as tf.Tensor2D)) as tf.Scalar,
        variables: () => ({ w }),
        configureOptimizers: () => optimizer,
      }
      await trainer.fit(module, { train }, resumeFrom ? { resumeFrom } : {})
      const snapshot = await trainer.snapshot()
      const weights = Array.from(w.dataSync())
      const encoders = await train.encoders.ready()
      await trainer.dispose()
      w.dispose()
      optimizer.dispose()
      return { snapshot, weights, encoders }
    }
    const whole = await run(20)
    const half = await run(10)
    const resumed = await run(20, half.snapshot)
    expect(resumed.weights).toEqual(whole.weights)
    expect(resumed.encoders).toEqual(half.encoders)
    expect(JSON.stringify(half.snapshot.meta)).toContain('"categories":["a","b"]')
  })
  test('a test and a prediction from a checkpoint use the encoders of its training data', async () => {
    const train = await file('train.csv', 'kind,n,y\na,1,0\nb,3,1\n')
    const later = await file('later.csv', 'kind,n,y\nb,NA,1\n')
    const w = tf.tidy(() => tf.variable(tf.zeros([3, 1])))
    const optimizer = tf.train.sgd(0.1)
    const seen: number[][][] = []
    type Labelled = { x: tf.Tensor2D; y: tf.Tensor2D }
    const look = ({ x }: Labelled) => {
      seen.push(x.arraySync())
      return { rows: x.shape[0] }
    }
    const module = {
      trainingStep: ({ x, y }: Labelled) =>
        tf.losses.meanSquaredError(y, tf.matMul(x, w as tf.Tensor2D)) as tf.Scalar,
      testStep: look,
      predictStep: look,
      variables: () => ({ w }),
      configureOptimizers: () => optimizer,
    }
    const options = { target: 'y', missing: 'mean' } as const
    const trainer = new Trainer({ maxEpochs: 1 })
    await trainer.fit(module, { train: fromCsv(train, options) })
    const checkpoint = await trainer.snapshot()
    await trainer.test(module, fromCsv(later, options), { checkpoint })
    const wrapped = firstBatches(fromCsv(later, options), 1)
    for await (const _ of trainer.predict(module, wrapped, { checkpoint }));
    expect(seen).toEqual([[[0, 1, 2]], [[0, 1, 2]]])
    // The data for training need not be there any more.
    await rm(train)
    const shared = fromCsv(train, options)
    await trainer.test(module, fromCsv(later, { encoders: shared.encoders }), { checkpoint })
    expect(seen[2]).toEqual([[0, 1, 2]])
    await trainer.dispose()
    w.dispose()
    optimizer.dispose()
  })
})
