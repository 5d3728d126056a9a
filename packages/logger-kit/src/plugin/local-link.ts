import { Courier, type CourierInit, type Surroundings } from '../delivery/courier.js'
import type { DeliveryHost } from '../delivery/delivery-parts.js'
import type { Counts } from '../pump/counters.js'
import { type Packet, Unpacker } from '../record/packet.js'
import type { RunStatus, WriterFactory } from '../writer/log-writer.js'
import type { Link } from './link.js'

const TICK_MS = 1000

/** A writer in the training thread itself: where there are no threads, or none are wanted. */
export class LocalLink implements Link {
  readonly #courier: Courier
  readonly #unpacker = new Unpacker()

  constructor(
    factory: WriterFactory<never>,
    init: CourierInit,
    host: DeliveryHost,
    surroundings: Surroundings,
  ) {
    this.#courier = new Courier(factory, init, host, surroundings)
    this.#courier.start()
  }

  async ready(): Promise<void> {}

  send(packet: Packet): void {
    this.#courier.accept(this.#unpacker.unpack(packet))
  }

  saved(): Promise<void> {
    return this.#courier.saved()
  }

  hurry(): void {
    this.#courier.hurry()
  }

  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    // The kit's timers keep no process alive; the end of a run must.
    const alive = setInterval(() => undefined, TICK_MS)
    try {
      return await this.#courier.finish(status, endedAt, deadlineMs)
    } finally {
      clearInterval(alive)
    }
  }

  exit(status: RunStatus, endedAt: number): void {
    this.#courier.abandon(status, endedAt)
  }
}
