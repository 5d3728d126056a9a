import type { Counts } from '../pump/counters.js'
import type { Packet } from '../record/packet.js'
import type { RunStatus } from '../writer/log-writer.js'

/** The way from the training thread to the writer. */
export interface Link {
  /** Resolves once it is known whether the link can be used. */
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
