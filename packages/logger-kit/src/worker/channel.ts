import type { Json } from '@regimen/core'
import type { Delivery, DeliveryInit } from '../delivery/delivery.js'
import type { Counts } from '../delivery/report.js'
import { type Packet, Unpacker } from '../record/packet.js'
import type { OpenResult, RunStatus } from '../writer/log-writer.js'

/** What the thread is started with. */
export interface ThreadInit extends DeliveryInit {
  /** Set to 1 once the thread has answered `exit`. */
  readonly done: SharedArrayBuffer
}

/** From the training thread. `exit` comes when the process ends: what there is must be on disk at once. */
export type ToThread =
  | { readonly type: 'packet'; readonly packet: Packet }
  | { readonly type: 'save'; readonly number: number }
  | { readonly type: 'hurry' }
  | {
      readonly type: 'finish' | 'exit'
      readonly status: RunStatus
      readonly endedAt: number
      readonly deadlineMs: number
    }

/** To the training thread. `unusable`: the writer cannot be loaded here. */
export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'unusable'; readonly reason: string }
  | { readonly type: 'stored'; readonly seq: number }
  | { readonly type: 'opened'; readonly result: OpenResult | undefined }
  | { readonly type: 'report'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly type: 'state'; readonly key: string; readonly value: Json }
  | { readonly type: 'freed'; readonly count: number }
  | { readonly type: 'saved'; readonly number: number }
  | { readonly type: 'finished'; readonly counts: Counts }

/** The way of packets from the training thread to the delivery. */
export interface Channel {
  /** Resolves once it is known whether the channel can be used. */
  ready(): Promise<void>
  send(packet: Packet): void
  /** Resolves once everything that was sent is where a kill cannot reach it, or the writer has it. */
  saved(): Promise<void>
  /** The end of the run is near: other loggers may come to theirs first. */
  hurry(): void
  /** Delivers the rest, at most so long. */
  finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts>
  /** The process ends: whatever can be done is done before it returns. */
  exit(status: RunStatus, endedAt: number): void
}

const TICK_MS = 1000

/** A delivery in the training thread itself: if there are no threads, or none are wanted. */
export class LocalChannel implements Channel {
  readonly #delivery: Delivery
  readonly #unpacker = new Unpacker()

  constructor(delivery: Delivery) {
    this.#delivery = delivery
    delivery.start()
  }

  async ready(): Promise<void> {}

  send(packet: Packet): void {
    this.#delivery.accept(this.#unpacker.unpack(packet))
  }

  saved(): Promise<void> {
    return this.#delivery.saved()
  }

  hurry(): void {
    this.#delivery.hurry()
  }

  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    // The kit's timers keep no process alive; the end of a run must.
    const alive = setInterval(() => undefined, TICK_MS)
    try {
      return await this.#delivery.finish(status, endedAt, deadlineMs)
    } finally {
      clearInterval(alive)
    }
  }

  exit(status: RunStatus, endedAt: number): void {
    this.#delivery.abandon(status, endedAt)
  }
}
