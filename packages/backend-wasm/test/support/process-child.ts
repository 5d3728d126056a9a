import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import * as tf from '@tensorflow/tfjs-core'
import { useWasm, wasmEngine } from '../../src/index.js'

/** How a life with the engine ends, in this process or in a worker thread of it. */
export type Ending = 'end' | 'exit' | 'throw' | 'reject' | 'wait' | 'work'

/** What the engine did before. */
export interface Life {
  readonly threads: number | undefined
  readonly reason: string | undefined
  /** Bytes of the engine's memory before and after the products, and how often it grew. */
  readonly before: number
  readonly after: number
  readonly growths: number
  /** Elements of all products that are not what they should be. */
  readonly wrong: number
}

const ROWS = 1024
const INNER = 64
const PRODUCTS = 24

const ending = (isMainThread ? process.argv[2] : workerData) as Ending
if (isMainThread && process.argv[3] !== undefined) {
  await outerLife(process.argv[3])
} else {
  const life = await useEngine()
  if (parentPort) parentPort.postMessage(life)
  else process.stdout.write(`${JSON.stringify(life)}\n`)
  endAs(ending)
}

/** Lives in a worker thread, which is ended if it does not end by itself, and prints how it did. */
async function outerLife(how: string): Promise<void> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: ending })
  const exited = new Promise((resolve) => worker.once('exit', resolve))
  let error: string | undefined
  worker.on('error', ({ message }) => {
    error = message
  })
  // `once` of node:events rejects where the error of the thread comes before its message is read.
  const life = await new Promise<Life>((resolve) => worker.once('message', resolve))
  if (how === 'terminate') await worker.terminate()
  process.stdout.write(`${JSON.stringify({ ...life, code: await exited, error })}\n`)
}

function endAs(ending: Ending): void {
  if (ending === 'exit') process.exit(3)
  if (ending === 'reject') Promise.reject(new Error('rejected on purpose'))
  if (ending === 'wait') setInterval(() => {}, 1000)
  if (ending === 'work') for (;;) tf.tidy(() => product().dataSync())
  if (ending === 'throw') {
    setImmediate(() => {
      throw new Error('thrown on purpose')
    })
  }
}

/** Multiplies on two threads until the memory of the engine has grown several times. */
async function useEngine(): Promise<Life> {
  const started = new Promise((resolve) => {
    process.once('worker', (worker: Worker) => worker.once('online', resolve))
  })
  await useWasm({ threads: 2 })
  const { threads, reason } = wasmEngine() ?? {}
  // A thread of the engine does not keep a process alive.
  const alive = setInterval(() => {}, 1000)
  if (threads === 2) await started
  clearInterval(alive)
  const before = heapBytes()
  let growths = 0
  let bytes = before
  const products = Array.from({ length: PRODUCTS }, () => {
    const made = tf.tidy(product)
    if (heapBytes() > bytes) growths++
    bytes = heapBytes()
    return made
  })
  const wrong = products.reduce((sum, made) => sum + wrongElements(made.dataSync()), 0)
  tf.dispose(products)
  return { threads, reason, before, after: bytes, growths, wrong }
}

/** `[ROWS, ROWS]`, of whole numbers that float32 has exactly. */
function product(): tf.Tensor {
  const left = tf.buffer([ROWS, INNER])
  const right = tf.buffer([INNER, ROWS])
  for (let i = 0; i < ROWS; i++) {
    for (let k = 0; k < INNER; k++) {
      left.values[i * INNER + k] = (i % 7) * (k % 4)
      right.values[k * ROWS + i] = (i % 5) * (k % 3)
    }
  }
  return tf.matMul(left.toTensor() as tf.Tensor2D, right.toTensor() as tf.Tensor2D)
}

function wrongElements(values: ArrayLike<number>): number {
  let inner = 0
  for (let k = 0; k < INNER; k++) inner += (k % 4) * (k % 3)
  let wrong = 0
  for (let i = 0; i < ROWS; i++) {
    for (let j = 0; j < ROWS; j++) {
      if (values[i * ROWS + j] !== (i % 7) * (j % 5) * inner) wrong++
    }
  }
  return wrong
}

function heapBytes(): number {
  return (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length
}
