import { arrayLoader, map, prefetch } from '@regimen/data'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { array, zip } from '@tensorflow/tfjs-data'

/** What a batch costs to make here, as a share of what it costs with tf.data. */
export interface DataRatio {
  readonly name: string
  readonly microseconds: number
  readonly ofTfData: number
}

type Batch = { readonly x: tf.Tensor; readonly y: tf.Tensor }

const WIDTH = 32
const BATCH = 64

/** Makes the same scaled batches with tf.data, with `map` and with `prefetch`, in turns, and prints the ratios of medians. */
export async function measureData(isQuick: boolean): Promise<DataRatio[]> {
  await tf.setBackend('cpu')
  const [rows, rounds] = isQuick ? [640, 2] : [6400, 7]
  const x = Float32Array.from({ length: rows * WIDTH }, (_, index) => index % 255)
  const y = Float32Array.from({ length: rows }, (_, row) => row % 10)
  const lists = Array.from({ length: rows }, (_, row) =>
    Array.from(x.subarray(row * WIDTH, (row + 1) * WIDTH)),
  )
  const columns = { x: { data: x, shape: [rows, WIDTH] }, y }
  const scale = ({ x, y }: Batch) => ({ x: tf.mul(x, 1 / 255), y })
  const loader = () => map(arrayLoader(columns, { batchSize: BATCH }), scale)
  const contestants: Record<string, () => Promise<AsyncIterator<Batch>> | AsyncIterator<Batch>> = {
    'tf.data': async () => {
      const dataset = zip({ x: array(lists), y: array([...y]) }).batch(BATCH)
      const scaled = dataset.map((batch) => scale(batch as unknown as Batch))
      return (await scaled.iterator()) as unknown as AsyncIterator<Batch>
    },
    map: () => loader()[Symbol.asyncIterator](),
    'map and prefetch': () => prefetch(loader(), 2)[Symbol.asyncIterator](),
  }
  const times = new Map<string, number[]>()
  for (let round = 0; round <= rounds; round++) {
    for (const [name, open] of Object.entries(contestants)) {
      const perBatch = await timeOf(open)
      // The first round warms up.
      if (round > 0) times.set(name, [...(times.get(name) ?? []), perBatch])
    }
  }
  const base = median(times.get('tf.data') ?? [])
  const results = [...times].map(([name, list]) => ({
    name,
    microseconds: median(list),
    ofTfData: median(list) / base,
  }))
  for (const { name, microseconds, ofTfData } of results) {
    const ratio = ofTfData.toFixed(3)
    process.stdout.write(
      `${name.padEnd(18)} ${microseconds.toFixed(0).padStart(7)} µs per batch of ${BATCH}, ${ratio} of tf.data\n`,
    )
  }
  return results
}

async function timeOf(
  open: () => Promise<AsyncIterator<Batch>> | AsyncIterator<Batch>,
): Promise<number> {
  const begun = performance.now()
  const iterator = await open()
  let batches = 0
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) break
    batches++
    tf.dispose([value.x, value.y])
  }
  return ((performance.now() - begun) * 1000) / batches
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
