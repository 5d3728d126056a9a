import { createDelivery } from '../../src/delivery/create-delivery.js'
import type { DeliveryInit } from '../../src/delivery/delivery.js'
import type {
  Capabilities,
  CloseContext,
  LogWriter,
  OpenContext,
  OpenResult,
  WriteResult,
  WriterRecord,
} from '../../src/writer/index.js'
import { FakeClock } from './fake-clock.js'
import { temporaryFolder } from './folder.js'

/** What a scripted writer does; what is left out succeeds. */
export interface WriterScript {
  readonly capabilities?: Partial<Capabilities>
  readonly open?: (context: OpenContext) => OpenResult | void
  /** @param attempt of all writes, from 1 */
  readonly write?: (
    batch: readonly WriterRecord[],
    attempt: number,
  ) => WriteResult | Promise<WriteResult | void> | void
  readonly close?: (context: CloseContext) => void
  readonly heartbeat?: () => Promise<number>
}

/** A courier with a scripted writer, on a clock that stands still. */
export function scriptedCourier(script: WriterScript = {}, init: Partial<DeliveryInit> = {}) {
  const clock = new FakeClock()
  const started = clock.now()
  const batches: { readonly at: number; readonly seqs: readonly number[] }[] = []
  const delivered: WriterRecord[] = []
  const closed: CloseContext[] = []
  const reports: string[] = []
  const told = { freed: 0, opened: [] as unknown[] }
  const rootDir = init.rootDir ?? temporaryFolder()
  const create = (): LogWriter => ({
    capabilities: { kinds: ['metric'], offline: 'spool', flushMs: 100, ...script.capabilities },
    open: async (context) => script.open?.(context),
    async write(batch) {
      batches.push({ at: clock.now() - started, seqs: batch.map(({ seq }) => seq) })
      const result = await script.write?.(batch, batches.length)
      delivered.push(...batch)
      return result
    },
    async close(context) {
      script.close?.(context)
      closed.push(context)
    },
    ...(script.heartbeat && { heartbeat: script.heartbeat }),
  })
  const courier = createDelivery(
    { create },
    {
      ...{ runId: 'run1', id: 'own-logger', name: 'own-logger', startedAt: started, rootDir },
      ...{ module: 'file:///own/writer.js', options: {}, secrets: {}, state: {}, opens: 0 },
      ...{ maxQueue: 1000, backPressure: 'coalesce' },
      ...init,
    },
    {
      opened: (result) => void told.opened.push(result),
      report: (_, message) => void reports.push(message),
      stateChanged: () => undefined,
      stored: () => undefined,
      freed(count) {
        told.freed += count
      },
    },
    { clock, random: () => 1, retry: { baseMs: 500, maxMs: 60_000 }, environment: {} },
  )
  courier.start()
  return { courier, clock, batches, delivered, closed, reports, told, rootDir }
}
