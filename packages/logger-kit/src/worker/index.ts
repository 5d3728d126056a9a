import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../clock.js'
import { Courier } from '../delivery/courier.js'
import { defaultRetry } from '../pump/retry.js'
import { Unpacker } from '../record/packet.js'
import type { OpenResult } from '../writer/log-writer.js'
import { loadWriter } from './load-writer.js'
import type { FromThread, ThreadInit, ToThread } from './messages.js'

const EXIT_MS = 9000
const IN_THREAD = Symbol.for('regimen.logger-thread')

if (parentPort) void serve(parentPort, workerData as ThreadInit)

/** Loads the writer and delivers what the training thread sends. */
async function serve(port: NonNullable<typeof parentPort>, init: ThreadInit): Promise<void> {
  const post = (message: FromThread) => port.postMessage(message)
  Object.assign(globalThis, { [IN_THREAD]: true })
  try {
    const courier = await createCourier(init, post)
    process.on('unhandledRejection', (thrown) => {
      const message = `The writer left an error to nobody: ${textOf(thrown)}`
      post({ type: 'report', level: 'warn', message })
    })
    const unpacker = new Unpacker()
    port.on('message', (message: ToThread) => {
      if (message.type === 'packet') courier.accept(unpacker.unpack(message.packet))
      else if (message.type === 'hurry') courier.hurry()
      else if (message.type === 'save') void save(courier, message.number, post)
      else if (message.type === 'finish') void finish(courier, message, post)
      else void exit(courier, message, init.done)
    })
    post({ type: 'ready' })
    courier.start()
  } catch (thrown) {
    answer(init.done)
    post({ type: 'unusable', reason: textOf(thrown) })
  }
}

async function createCourier(
  init: ThreadInit,
  post: (message: FromThread) => void,
): Promise<Courier> {
  const factory = await loadWriter(init.module)
  const host = {
    opened: (result: OpenResult | undefined) => post({ type: 'opened', result }),
    report: (level: 'info' | 'warn', message: string) => post({ type: 'report', level, message }),
    stateChanged: (key: string, value: Extract<FromThread, { type: 'state' }>['value']) =>
      post({ type: 'state', key, value }),
    stored: (seq: number) => post({ type: 'stored', seq }),
    freed: (count: number) => post({ type: 'freed', count }),
  }
  const environment = process.env
  const surroundings = { clock: systemClock, random: Math.random, retry: defaultRetry, environment }
  return new Courier(factory, init, host, surroundings)
}

async function save(
  courier: Courier,
  number: number,
  post: (message: FromThread) => void,
): Promise<void> {
  await courier.saved()
  post({ type: 'saved', number })
}

type Ending = Extract<ToThread, { type: 'finish' | 'exit' }>

async function finish(
  courier: Courier,
  { status, endedAt, deadlineMs }: Ending,
  post: (message: FromThread) => void,
): Promise<void> {
  try {
    post({ type: 'finished', counts: await courier.finish(status, endedAt, deadlineMs) })
  } catch (thrown) {
    post({ type: 'unusable', reason: textOf(thrown) })
  }
}

/** The training thread waits for this without turning its event loop. */
async function exit(courier: Courier, ending: Ending, done: SharedArrayBuffer): Promise<void> {
  if (courier.isSpooled) courier.abandon(ending.status, ending.endedAt)
  else await courier.finish(ending.status, ending.endedAt, EXIT_MS)
  answer(done)
}

function answer(done: SharedArrayBuffer): void {
  const flag = new Int32Array(done)
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
}

const textOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown)
