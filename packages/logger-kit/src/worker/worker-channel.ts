import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { DeliveryHost, DeliveryInit } from '../delivery/delivery.js'
import type { Counts } from '../delivery/report.js'
import type { Packet } from '../record/packet.js'
import type { RunStatus } from '../writer/log-writer.js'
import type { Channel, FromThread, ThreadInit, ToThread } from './channel.js'
import { freshBuild } from './fresh-build.js'

/** Beyond the deadline, for a thread that does not answer. */
const GRACE_MS = 15_000
const EXIT_MS = 10_000

/** How the thread became unusable. */
export interface ThreadFailure {
  readonly reason: string
  /** What was sent and the thread has not taken. */
  readonly unsent: readonly Packet[]
  /** Whether it had worked before. */
  readonly wasReady: boolean
}

/** A delivery in a separate thread. */
export class WorkerChannel implements Channel {
  readonly #worker: Worker
  readonly #host: DeliveryHost
  /** Set to 1 by the thread when it has answered `exit`. */
  readonly #done = new SharedArrayBuffer(4)
  /** What waits for the thread to be ready; it may turn out to be unusable. */
  #unsent: Packet[] | undefined = []
  readonly #saves = new Map<number, () => void>()
  #saveNumber = 0
  #finished: ((counts: Counts | undefined) => void) | undefined
  /** Nothing once it has been called, or the run has ended. */
  #onFailure: ((failure: ThreadFailure) => void) | undefined
  /** Why the thread is no more. */
  #death: string | undefined
  readonly #ready: Promise<void>
  #setReady = () => {}

  /** @param onFailure called when the thread cannot be used, or not any longer */
  constructor(
    init: DeliveryInit,
    host: DeliveryHost,
    onFailure: (failure: ThreadFailure) => void,
  ) {
    this.#host = host
    this.#onFailure = onFailure
    this.#ready = new Promise((resolve) => {
      this.#setReady = resolve
    })
    this.#worker = startThread({ ...init, done: this.#done })
    this.#worker.on('message', (message: FromThread) => this.#receive(message))
    this.#worker.on('error', (error) => this.#fail(String(error)))
    this.#worker.on('exit', () => this.#fail('its thread has ended'))
    this.#worker.unref()
  }

  async ready(): Promise<void> {
    this.#worker.ref()
    await this.#ready
    this.#worker.unref()
  }

  send(packet: Packet): void {
    if (this.#unsent) this.#unsent.push(packet)
    else this.#postPacket(packet)
  }

  saved(): Promise<void> {
    if (this.#unsent) return this.#ready.then(() => this.saved())
    if (this.#death !== undefined) return Promise.resolve()
    const number = ++this.#saveNumber
    return new Promise((resolve) => {
      this.#saves.set(number, resolve)
      this.#post({ type: 'save', number })
    })
  }

  hurry(): void {
    if (this.#death === undefined) this.#post({ type: 'hurry' })
  }

  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    if (this.#death !== undefined) throw new Error(this.#death)
    this.#worker.ref()
    let timer: NodeJS.Timeout | undefined
    const counts = await new Promise<Counts | undefined>((resolve) => {
      this.#finished = resolve
      this.#post({ type: 'finish', status, endedAt, deadlineMs })
      timer = setTimeout(resolve, deadlineMs + GRACE_MS, undefined).unref()
    })
    clearTimeout(timer)
    this.#onFailure = undefined
    await this.#worker.terminate()
    if (counts) return counts
    if (this.#death !== undefined) throw new Error(this.#death)
    throw new Error(`its thread has not answered within ${deadlineMs + GRACE_MS} ms`)
  }

  exit(status: RunStatus, endedAt: number): void {
    this.#onFailure = undefined
    this.#sendUnsent()
    if (this.#death !== undefined) return
    this.#post({ type: 'exit', status, endedAt, deadlineMs: EXIT_MS })
    Atomics.wait(new Int32Array(this.#done), 0, 0, EXIT_MS)
    void this.#worker.terminate()
  }

  #receive(message: FromThread): void {
    const host = this.#host
    if (message.type === 'ready') {
      this.#sendUnsent()
      this.#setReady()
    } else if (message.type === 'unusable') this.#fail(message.reason)
    else if (message.type === 'opened') host.opened(message.result)
    else if (message.type === 'report') host.report(message.level, message.message)
    else if (message.type === 'state') host.stateChanged(message.key, message.value)
    else if (message.type === 'stored') host.stored(message.seq)
    else if (message.type === 'freed') host.freed(message.count)
    else if (message.type === 'finished') this.#finished?.(message.counts)
    else {
      this.#saves.get(message.number)?.()
      this.#saves.delete(message.number)
    }
  }

  #fail(reason: string): void {
    const unsent = this.#unsent
    const onFailure = this.#onFailure
    this.#unsent = undefined
    this.#onFailure = undefined
    this.#death ??= reason
    for (const resolve of this.#saves.values()) resolve()
    this.#saves.clear()
    this.#finished?.(undefined)
    onFailure?.({ reason, unsent: unsent ?? [], wasReady: unsent === undefined })
    this.#setReady()
  }

  #sendUnsent(): void {
    const unsent = this.#unsent ?? []
    this.#unsent = undefined
    for (const packet of unsent) this.#postPacket(packet)
  }

  #postPacket(packet: Packet): void {
    const images = packet.others.flatMap((entry) =>
      'bytes' in entry ? [entry.bytes.buffer] : [],
    )
    this.#worker.postMessage({ type: 'packet', packet }, [
      packet.numbers.buffer,
      ...images,
    ])
  }

  #post(message: ToThread): void {
    this.#worker.postMessage(message)
  }
}

/** From source the thread's own file is TypeScript: what is built of it serves if it is fresh. */
function startThread(workerData: ThreadInit): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./worker/index.js', import.meta.url), { workerData })
  }
  const built = freshBuild('worker/index.js')
  // Without the condition that would lead it to sources again.
  if (built) return new Worker(built, { workerData, execArgv: [] })
  const jiti = pathToFileURL(createRequire(import.meta.url).resolve('jiti')).href
  const entry = fileURLToPath(new URL('./index.ts', import.meta.url))
  const load = `({ createJiti }) => createJiti(${JSON.stringify(entry)},
    { moduleCache: false }).import(${JSON.stringify(entry)})`
  return new Worker(`import(${JSON.stringify(jiti)}).then(${load})`, {
    eval: true,
    workerData,
  })
}
