import type { Json } from '@regimen/core'
import type { Counts } from '../delivery/counts.js'
import type { DeliveryInit } from '../delivery/delivery.js'
import type { Packet } from '../record/packet.js'
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
