import { dirname } from 'node:path'
import { RateLimiter } from '../pump/rate-limiter.js'
import { countOf, type Entry, type LooseEntry } from '../record/entry.js'
import { filesOf, RunFolder, spoolOf } from '../spool/run-folder.js'
import type { LogWriter, RunStatus, WriterFactory } from '../writer/log-writer.js'
import { messageOf } from '../writer/logger-error.js'
import {
  type ContextOptions,
  type Delivery,
  type DeliveryHost,
  type DeliveryInit,
  liveRun,
  type Platform,
} from './delivery.js'
import type { KeyBinding } from './key-binding.js'
import { Leftovers } from './leftovers.js'
import { addCounts, type Counts, noCounts } from './report.js'
import { RunDelivery } from './run-delivery.js'

/** What a {@link ServiceDelivery} works with. */
export interface ServiceDeliveryOptions
  extends Platform,
    Pick<ContextOptions, 'redactor' | 'boundTo'> {
  readonly factory: WriterFactory<never>
  readonly writer: LogWriter
  readonly init: DeliveryInit
  readonly keys: KeyBinding
  readonly host: DeliveryHost
}

/** The way to a service, by the spool: delivers a run as it happens, and what earlier ones have left. */
export class ServiceDelivery implements Delivery {
  /** Whether what was accepted is on disk: not if the spool cannot be made. */
  readonly isSpooled: boolean
  readonly #options: ServiceDeliveryOptions
  readonly #delivery: RunDelivery
  readonly #leftovers: Leftovers

  constructor(options: ServiceDeliveryOptions) {
    const { writer, init, host, clock } = options
    const { id, runId, rootDir, name, maxQueue, backPressure } = init
    const files = filesOf(rootDir, id, runId)
    const folder = beginFolder(dirname(files), init, host)
    const rateLimiter = new RateLimiter(writer.capabilities.rates, clock)
    const common = { ...options, rateLimiter, maxQueue, backPressure }
    const leftovers = new Leftovers(spoolOf(rootDir, id), { ...common, name })
    this.isSpooled = folder !== undefined
    this.#options = options
    this.#leftovers = leftovers
    this.#delivery = new RunDelivery({
      ...common,
      folder,
      files,
      run: liveRun(init),
      host: {
        ...host,
        opened: (result) => {
          host.opened(result)
          if (result) leftovers.start()
        },
      },
    })
  }

  start(): void {
    this.#delivery.start()
  }

  accept(entries: readonly LooseEntry[]): void {
    this.#delivery.accept(entries)
    const last = entries.at(-1)
    if (last) this.#options.host.stored(last.seq + countOf(last as Entry) - 1)
  }

  hurry(): void {
    this.#delivery.hurry()
  }

  saved(): Promise<void> {
    return this.#delivery.saved()
  }

  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    const deadline = this.#options.clock.now() + deadlineMs
    await this.#delivery.finish(status, endedAt, deadline)
    const earlier = await this.#leftovers.finish(deadline)
    const counts = { ...this.#delivery.counts }
    // Of earlier runs the records were logged then, and those that are left are not this run's.
    addCounts(counts, {
      ...noCounts(),
      replayed: earlier.sent,
      retries: earlier.retries,
      rejected: earlier.rejected,
      damaged: earlier.damaged,
      possibleDuplicates: earlier.possibleDuplicates,
      unconfirmed: earlier.unconfirmed,
    })
    return counts
  }

  abandon(status: RunStatus, endedAt: number): void {
    this.#delivery.abandon(status, endedAt)
    this.#leftovers.abandon()
  }
}

/** The run's folder in the spool; nothing if it cannot be made, which is said. */
function beginFolder(
  path: string,
  init: DeliveryInit,
  host: DeliveryHost,
): RunFolder | undefined {
  const { runId, id, name, startedAt, options, state } = init
  try {
    const manifest = { format: 1 as const, runId, id, name, startedAt, options, state }
    return RunFolder.begin(path, { ...manifest, package: init.package })
  } catch (thrown) {
    const loss = 'Records wait in memory, where a killed process loses them'
    host.report('warn', `The spool cannot be made: ${messageOf(thrown)}. ${loss}.`)
    return undefined
  }
}
