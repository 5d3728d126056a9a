import type { CourierInit, Surroundings } from '../delivery/courier.js'
import type { DeliveryHost } from '../delivery/delivery-parts.js'
import type { OpenResult, WriterFactory } from '../writer/log-writer.js'

/** What a session is made of. */
export interface SessionParts {
  readonly factory: WriterFactory<never>
  readonly init: CourierInit
  readonly surroundings: Surroundings
  readonly isThreaded: boolean
  /** Whether each record is on disk before it is taken: where there is a spool. */
  readonly isSpooled: boolean
  /** Number of the first record. */
  readonly seq: number
  report(level: 'info' | 'warn', message: string): void
  opened(result: OpenResult | undefined): void
  stateChanged: DeliveryHost['stateChanged']
}
