import { nodeModule } from '../node-module.js'

/** What a thread of the pool begins with. */
export interface ThreadStart {
  readonly module: WebAssembly.Module
  /** The wide tiles, if they are used. */
  readonly wide: WebAssembly.Module | null
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
  /** Why it cannot run, as a clause; `undefined` once it runs. In Node it is not waited for. */
  readonly failure: Promise<string | undefined>
  stop(): void
}

/** The program of a thread: everything else happens in WebAssembly, where it stays. */
const PROGRAM = `const begin = ({ module, wide, memory, control, threads, scratch }, ready) => {
  const standIns = () =>
    Object.fromEntries(WebAssembly.Module.imports(module).map(({ name }) => [name, () => {}]))
  const tiles = wide ? new WebAssembly.Instance(wide, { env: { memory } }).exports : standIns()
  const { exports } = new WebAssembly.Instance(module, {
    env: { ...tiles, memory, now: () => performance.now() },
  })
  exports.setWide(wide ? 1 : 0)
  exports.setScratch(scratch)
  exports.setPool(control, threads, 1)
  ready()
  exports.work()
}
`
/** How long a page waits for a thread. */
const PATIENCE_MS = 5000

/** Starts a thread: a worker thread of Node, else a web worker made of a blob. */
export function startThread(start: ThreadStart): Thread {
  const workers = nodeModule('node:worker_threads')
  try {
    return workers ? nodeThread(workers, start) : webThread(start)
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return { failure: Promise.resolve(reason), stop() {} }
  }
}

function nodeThread(
  { Worker }: typeof import('node:worker_threads'),
  start: ThreadStart,
): Thread {
  const program = `${PROGRAM}begin(require('node:worker_threads').workerData, () => {})`
  const worker = new Worker(program, { eval: true, workerData: start, execArgv: [] })
  // No task waits for a thread that did not begin.
  worker.on('error', () => {})
  worker.unref()
  return { failure: Promise.resolve(undefined), stop: () => void worker.terminate() }
}

function webThread(start: ThreadStart): Thread {
  const program = `${PROGRAM}onmessage = ({ data }) => begin(data, () => postMessage('ready'))`
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.postMessage(start)
  const failure = new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS, 'a web worker did not answer')
    const settle = (reason?: string) => {
      clearTimeout(timer)
      URL.revokeObjectURL(url)
      resolve(reason)
    }
    worker.onmessage = () => settle()
    worker.onerror = (event) => {
      event.preventDefault()
      // A worker that may not be made has an event without a message.
      settle(event.message ?? 'the page forbids web workers made of blobs')
    }
  })
  return { failure, stop: () => worker.terminate() }
}
