import { Worker } from 'node:worker_threads'
import { busyCodes, processMark, renameWaitsMs } from '@regimen/core/files'
import { NaNError, type Written } from '../store.js'
import { type Answer, type Job, type WriteStep, writeFiles } from './write-files.js'

/** Called at each instant of a write, with the path of the file; the writing waits for it. */
export type StepListener = (step: WriteStep, path: string) => void | Promise<void>

interface Pending {
  readonly path: string
  readonly resolve: (written: Written) => void
  readonly reject: (error: unknown) => void
  refusal?: unknown
}

/**
 * The thread's code is text, so that it needs no file of its own and survives every bundler. Some
 * tools wrap functions in a helper of theirs, `__name`; it has no meaning here.
 */
const CODE = `
const __name = (value) => value;
const { parentPort, workerData } = require('node:worker_threads');
const tools = { fs: require('node:fs'), path: require('node:path'), crypto: require('node:crypto') };
const post = (answer) => parentPort.postMessage(answer);
const { platform } = process;
const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const work = (${writeFiles.toString()})({ ...tools, ...workerData, post, platform, sleep });
parentPort.on('message', work);
`

/** Of this process, so far. */
let threads = 0

/** Writes and hashes in a separate thread, one job after the other. */
export class WriteThread {
  readonly #listener: StepListener | undefined
  readonly #pending = new Map<number, Pending>()
  readonly #gate: Int32Array | undefined
  #worker: Worker | undefined
  #jobs = 0

  constructor(listener: StepListener | undefined) {
    this.#listener = listener
    this.#gate = listener ? new Int32Array(new SharedArrayBuffer(8)) : undefined
  }

  /** Does a job. The arrays in it are transferred, not copied. */
  run(job: Job): Promise<Written> {
    const worker = this.#open()
    const id = this.#jobs++
    const buffers = job.kind === 'write' ? [job.content.head, ...job.content.body] : []
    const transfer = [...new Set(buffers.map(({ buffer }) => buffer as ArrayBuffer))]
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { path: job.path, resolve, reject })
      worker.ref()
      worker.postMessage({ id, job }, transfer)
    })
  }

  /** Ends the thread once it has nothing to do. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #open(): Worker {
    if (this.#worker) return this.#worker
    // A thread that was ended in a write may have left its file; another one must not meet it.
    const mark = `${processMark()}-${threads++}`
    const worker = new Worker(CODE, {
      eval: true,
      workerData: { gate: this.#gate, mark, waitsMs: renameWaitsMs, busyCodes },
    })
    worker.on('message', (answer: Answer) => void this.#take(answer))
    worker.on('error', (error) => this.#fail(error))
    worker.unref()
    this.#worker = worker
    return worker
  }

  async #take(answer: Answer): Promise<void> {
    const pending = this.#pending.get(answer.id)
    if (!pending) return
    if ('step' in answer) return this.#pass(pending, answer.step)
    this.#pending.delete(answer.id)
    if (this.#pending.size === 0) this.#worker?.unref()
    if (!('error' in answer)) return pending.resolve(answer)
    const { code, message, part } = answer.error
    const error =
      part === undefined
        ? Object.assign(new Error(message), { code })
        : new NaNError(part)
    pending.reject(pending.refusal ?? error)
  }

  async #pass(pending: Pending, step: WriteStep): Promise<void> {
    const gate = this.#gate as Int32Array
    Atomics.store(gate, 1, 0)
    try {
      await this.#listener?.(step, pending.path)
    } catch (thrown) {
      pending.refusal = thrown
      Atomics.store(gate, 1, 1)
    }
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }

  #fail(error: unknown): void {
    this.#worker = undefined
    for (const { reject } of this.#pending.values()) reject(error)
    this.#pending.clear()
  }
}
