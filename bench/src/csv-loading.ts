import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fromCsv } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'
import { csv } from '@tensorflow/tfjs-data'

const BATCH = 32
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'y']

/** Reads the same CSV file with tf.data and with `fromCsv`, from memory and as a stream, and prints the ratios of the best epochs. */
export async function measureCsv(isQuick: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'regimen-bench-'))
  try {
    const rows = Array.from({ length: isQuick ? 640 : 20_000 }, (_, row) =>
      NAMES.map((_name, column) => ((row * 7 + column * 13) % 1000) / 100).join(','),
    )
    const path = join(folder, 'rows.csv')
    await writeFile(path, `${NAMES.join(',')}\n${rows.join('\n')}\n`)
    const columns = Object.fromEntries(NAMES.map((name) => [name, 'number' as const]))
    const options = { target: 'y', batchSize: BATCH, columns } as const
    const labels = { columnConfigs: { y: { isLabel: true } } }
    const contestants = {
      'tf.data.csv': await csv(pathToFileURL(path).href, labels).batch(BATCH),
      'fromCsv, stream': fromCsv(path, { ...options, stream: true }),
      fromCsv: fromCsv(path, options),
    }
    let base: number | undefined
    for (const [name, source] of Object.entries(contestants)) {
      const times: number[] = []
      for (let round = 0; round < (isQuick ? 2 : 5); round++) times.push(await timeOf(source))
      const best = Math.min(...times)
      base ??= best
      process.stdout.write(
        `${name.padEnd(18)} ${best.toFixed(0).padStart(7)} µs per batch of ${BATCH}, ${(best / base).toFixed(3)} of tf.data\n`,
      )
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

type Opened = { next(): Promise<IteratorResult<unknown>> }

async function timeOf(
  source: { iterator(): Promise<Opened> } | AsyncIterable<unknown>,
): Promise<number> {
  const begun = performance.now()
  const iterator: Opened =
    'iterator' in source ? await source.iterator() : source[Symbol.asyncIterator]()
  let batches = 0
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) break
    batches++
    tf.dispose(value as tf.TensorContainer)
  }
  return ((performance.now() - begun) * 1000) / batches
}
