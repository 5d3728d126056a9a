import { nodeModule } from '../node-module.js'

/** What a thread of the pool begins with. */
export interface ThreadStart {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Address of the pool's control block. */
  readonly control: number
  /** Threads in all. */
  readonly threads: number
  /** Address of the thread's own memory. */
  readonly scratch: number
}

/** A thread that works for the pool until it is stopped or the process ends, which it does not delay. */
export interface Thread {
  stop(): void
}

/** The program of a thread: everything else happens in WebAssembly, where it stays. */
const PROGRAM = `const begin = ({ module, memory, control, threads, scratch }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  exports.setScratch(scratch)
  exports.setPool(control, threads, 1)
  exports.work()
}
`

/**
 * Starts a thread: a worker thread of Node, else a web worker made of a blob.
 *
 * @param failed called if it cannot run, as where a page forbids workers made of blobs
 */
export function startThread(
  start: ThreadStart,
  failed: (reason: string) => void,
): Thread {
  const workers = nodeModule('node:worker_threads')
  return workers ? nodeThread(workers, start, failed) : webThread(start, failed)
}

function nodeThread(
  { Worker }: typeof import('node:worker_threads'),
  start: ThreadStart,
  failed: (reason: string) => void,
): Thread {
  const program = `${PROGRAM}begin(require('node:worker_threads').workerData)`
  const worker = new Worker(program, { eval: true, workerData: start, execArgv: [] })
  worker.on('error', ({ message }) => failed(message))
  worker.unref()
  return { stop: () => void worker.terminate() }
}

function webThread(start: ThreadStart, failed: (reason: string) => void): Thread {
  const program = `${PROGRAM}onmessage = ({ data }) => {
  postMessage('ready')
  begin(data)
}`
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onerror = ({ message }) => failed(message)
  worker.onmessage = () => URL.revokeObjectURL(url)
  worker.postMessage(start)
  return { stop: () => worker.terminate() }
}
