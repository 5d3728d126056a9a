import { parentPort, workerData } from 'node:worker_threads'
import { createDelivery } from '../delivery/create-delivery.js'
import { type Delivery, type DeliveryHost, systemPlatform } from '../delivery/delivery.js'
import { Unpacker } from '../record/packet.js'
import { messageOf } from '../writer/logger-error.js'
import type { FromThread, ThreadInit, ToThread } from './channel.js'
import { loadWriter } from './load-writer.js'

const EXIT_MS = 9000

type Post = (message: FromThread) => void
type Ending = Extract<ToThread, { type: 'finish' | 'exit' }>

if (parentPort) void serve(parentPort, workerData as ThreadInit)

/** Loads the writer and delivers what the training thread sends. */
async function serve(
  port: NonNullable<typeof parentPort>,
  init: ThreadInit,
): Promise<void> {
  const post: Post = (message) => port.postMessage(message)
  try {
    const factory = await loadWriter(init.module)
    const delivery = createDelivery(factory, init, hostOf(post), systemPlatform())
    process.on('unhandledRejection', (thrown) => {
      const message = `The writer left an error to nobody: ${messageOf(thrown)}`
      post({ type: 'report', level: 'warn', message })
    })
    const unpacker = new Unpacker()
    port.on('message', (message: ToThread) => {
      if (message.type === 'packet') delivery.accept(unpacker.unpack(message.packet))
      else if (message.type === 'hurry') delivery.hurry()
      else if (message.type === 'save') void save(delivery, message.number, post)
      else if (message.type === 'finish') void finish(delivery, message, post)
      else void exit(delivery, message, init.done)
    })
    post({ type: 'ready' })
    delivery.start()
  } catch (thrown) {
    answer(init.done)
    post({ type: 'unusable', reason: messageOf(thrown) })
  }
}

const hostOf = (post: Post): DeliveryHost => ({
  opened: (result) => post({ type: 'opened', result }),
  report: (level, message) => post({ type: 'report', level, message }),
  stateChanged: (key, value) => post({ type: 'state', key, value }),
  stored: (seq) => post({ type: 'stored', seq }),
  freed: (count) => post({ type: 'freed', count }),
})

async function save(delivery: Delivery, number: number, post: Post): Promise<void> {
  await delivery.saved()
  post({ type: 'saved', number })
}

async function finish(
  delivery: Delivery,
  { status, endedAt, deadlineMs }: Ending,
  post: Post,
): Promise<void> {
  try {
    post({ type: 'finished', counts: await delivery.finish(status, endedAt, deadlineMs) })
  } catch (thrown) {
    post({ type: 'unusable', reason: messageOf(thrown) })
  }
}

/** The training thread waits for this without turning its event loop. */
async function exit(
  delivery: Delivery,
  { status, endedAt }: Ending,
  done: SharedArrayBuffer,
): Promise<void> {
  if (delivery.isSpooled) delivery.abandon(status, endedAt)
  else await delivery.finish(status, endedAt, EXIT_MS)
  answer(done)
}

function answer(done: SharedArrayBuffer): void {
  const flag = new Int32Array(done)
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
}
