import type { Worker } from 'node:worker_threads'
import { imageDecoder } from './decode-images.js'
import type { DecodeAnswer, Target } from './decode-job.js'
import { nodeModule } from './node-module.js'

/**
 * The thread's code is text, so that it needs no file of its own and survives every bundler. Some
 * tools wrap functions in a helper of theirs, `__name`; it has no meaning here.
 */
const CODE = `
const __name = (value) => value;
const { parentPort, workerData } = require('node:worker_threads');
const { readFileSync } = require('node:fs');
const { PNG } = require(workerData.png);
const { decode } = require(workerData.jpeg);
const limits = { useTArray: true, formatAsRGBA: true, tolerantDecoding: false, maxMemoryUsageInMB: 2048, maxResolutionInMP: 500 };
const jpeg = (bytes) => {
  const { width, height, data, exifBuffer } = decode(bytes, limits);
  return { width, height, data, exif: exifBuffer };
};
const png = (bytes) => {
  const { width, height, data } = PNG.sync.read(bytes);
  return { width, height, data };
};
const work = (${imageDecoder.toString()})({ readFile: (path) => readFileSync(path), png, jpeg }, workerData.target);
parentPort.on('message', (job) => {
  const answer = work(job);
  parentPort.postMessage(answer, [answer.pixels.buffer]);
});
`

interface Waiting {
  readonly resolve: (answer: DecodeAnswer) => void
  readonly reject: (error: Error) => void
}

interface Thread {
  readonly worker: Worker
  readonly waiting: Map<number, Waiting>
}

/** Threads that decode images. They keep no process alive while nobody waits for them. */
export class DecodePool {
  readonly #threads: Thread[]
  #jobs = 0
  #isClosing = false

  constructor(target: Target, workers: number) {
    const { createRequire } = nodeModule<typeof import('node:module')>(
      'node:module',
      'fromImages',
    )
    const threads = nodeModule<typeof import('node:worker_threads')>(
      'node:worker_threads',
      'fromImages',
    )
    const { resolve } = createRequire(import.meta.url)
    const workerData = { png: resolve('pngjs'), jpeg: resolve('jpeg-js'), target }
    this.#threads = Array.from({ length: workers }, () => {
      const worker = new threads.Worker(CODE, { eval: true, workerData })
      worker.unref()
      const thread: Thread = { worker, waiting: new Map() }
      worker.on('message', (answer: DecodeAnswer) => {
        thread.waiting.get(answer.id)?.resolve(answer)
        thread.waiting.delete(answer.id)
        // While threads end, what waits for their end needs the process: an answer must not let it go.
        if (thread.waiting.size === 0 && !this.#isClosing) worker.unref()
      })
      worker.on('error', (error) => fail(thread, error))
      worker.on('exit', () =>
        fail(thread, new Error('The thread that decodes has ended.')),
      )
      return thread
    })
  }

  /** Decodes files in the thread that has the least to do. */
  decode(paths: readonly string[]): Promise<DecodeAnswer> {
    const [thread] = this.#threads.toSorted((a, b) => a.waiting.size - b.waiting.size)
    const { worker, waiting } = thread as Thread
    const id = this.#jobs++
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, paths })
    })
  }

  /** Ends the threads; what was asked of them and is not done fails. */
  async close(): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#threads.map(({ worker }) => worker.terminate()))
  }
}

function fail({ waiting }: Thread, error: Error): void {
  for (const { reject } of waiting.values()) reject(error)
  waiting.clear()
}
