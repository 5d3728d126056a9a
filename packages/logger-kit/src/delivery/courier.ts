import { dirname } from 'node:path'
import type { Json } from '@regimen/core'
import type { Clock } from '../clock.js'
import type { Environment } from '../http/loopback-guard.js'
import { Redactor } from '../http/redactor.js'
import type { BackPressure } from '../plugin/definition.js'
import type { Counts } from '../pump/counters.js'
import { Pacer } from '../pump/pacer.js'
import type { RetryPolicy } from '../pump/retry.js'
import { countOf, type Entry } from '../record/entry.js'
import type { LooseEntry } from '../record/loose-entry.js'
import { filesOf, RunFolder, spoolOf } from '../spool/run-folder.js'
import type { RunStatus, WriterFactory } from '../writer/log-writer.js'
import { Secret } from '../writer/secret.js'
import type { DeliveryHost } from './delivery-parts.js'
import { ownBinding } from './key-binding.js'
import { Leftovers } from './leftovers.js'
import { RunDelivery } from './run-delivery.js'

/** All that is needed to deliver a run, in a form that can be sent to another thread. */
export interface CourierInit {
  readonly runId: string
  readonly id: string
  readonly name: string
  readonly startedAt: number
  /** Absolute. */
  readonly rootDir: string
  /** URL of the module that exports the writer, for a thread of this process. */
  readonly module: string
  readonly package?: string | undefined
  readonly options: Json
  readonly secrets: Readonly<Record<string, string>>
  /** What the writer kept when the run was open before, and how often it was. */
  readonly state: Readonly<Record<string, Json>>
  readonly opens: number
  readonly maxQueue: number
  readonly backPressure: BackPressure
}

/** What is outside: time, chance, network, variables. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: () => number
  readonly retry: RetryPolicy
  readonly environment: Environment
  readonly fetch?: typeof fetch
}

/** Delivers one run as it happens, and what earlier runs of the same logger have left. */
export class Courier {
  readonly #delivery: RunDelivery
  readonly #leftovers: Leftovers | undefined
  readonly #clock: Clock
  readonly #host: DeliveryHost
  readonly #isSpooled: boolean

  constructor(
    factory: WriterFactory<never>,
    init: CourierInit,
    host: DeliveryHost,
    surroundings: Surroundings,
  ) {
    const { id, runId, rootDir, startedAt, state, opens, maxQueue, backPressure } = init
    const secrets = secretsOf(init.secrets)
    const writer = factory.create(init.options as never, { secrets })
    const { capabilities } = writer
    const files = filesOf(rootDir, id, runId)
    const pacer = new Pacer(capabilities.rates, surroundings.clock)
    const redactor = new Redactor(Object.values(secrets))
    const keys = ownBinding(factory, init.options, secrets)
    const boundTo = Object.keys(secrets).length > 0 ? keys.origin : undefined
    const isSpooled = capabilities.offline === 'spool'
    const folder = isSpooled ? begin(dirname(files), init, host) : undefined
    const common = { ...surroundings, pacer, redactor, maxQueue, backPressure }
    this.#clock = surroundings.clock
    this.#host = host
    this.#isSpooled = folder !== undefined
    const spool = spoolOf(rootDir, id)
    this.#leftovers = isSpooled
      ? new Leftovers(spool, { ...common, factory, name: init.name, keys, host })
      : undefined
    this.#delivery = new RunDelivery({
      ...common,
      boundTo,
      writer,
      folder,
      files,
      run: { runId, id, startedAt, rootDir, state, opens, isReplay: false },
      host: {
        ...host,
        opened: (result) => {
          host.opened(result)
          if (result) this.#leftovers?.start()
        },
      },
    })
  }

  /** Whether what was accepted is on disk. */
  get isSpooled(): boolean {
    return this.#isSpooled
  }

  start(): void {
    this.#delivery.start()
  }

  accept(entries: readonly LooseEntry[]): void {
    this.#delivery.accept(entries)
    const last = entries.at(-1)
    if (last) this.#host.stored(last.seq + countOf(last as Entry) - 1)
  }

  /** The end of the run is near: it begins to deliver without waits that nobody asked for. */
  hurry(): void {
    this.#delivery.hurry()
  }

  /** Resolves once what was accepted is where a kill cannot reach it, or nothing gets through. */
  saved(): Promise<void> {
    return this.#delivery.saved()
  }

  /** Delivers the rest until time is up, and gives what became of everything. */
  async finish(status: RunStatus, endedAt: number, deadlineMs: number): Promise<Counts> {
    const deadline = this.#clock.now() + deadlineMs
    await this.#delivery.finish(status, endedAt, deadline)
    const earlier = await this.#leftovers?.finish(deadline)
    const own = this.#delivery.counts
    if (!earlier) return own
    const { sent, retries, rejected, possibleDuplicates, unconfirmed, damaged } = earlier
    return {
      ...own,
      replayed: own.replayed + sent,
      retries: own.retries + retries,
      rejected: own.rejected + rejected,
      damaged: own.damaged + damaged,
      possibleDuplicates: own.possibleDuplicates + possibleDuplicates,
      unconfirmed: own.unconfirmed + unconfirmed,
    }
  }

  /** Leaves at once, with everything in the spool. */
  abandon(status: RunStatus, endedAt: number): void {
    this.#delivery.abandon(status, endedAt)
    this.#leftovers?.abandon()
  }
}

/** Secrets that show themselves to nobody. */
export const secretsOf = (values: Readonly<Record<string, string>>): Record<string, Secret> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new Secret(value)]))

function begin(path: string, init: CourierInit, host: DeliveryHost): RunFolder | undefined {
  const { runId, id, name, startedAt, options, state } = init
  try {
    const manifest = { format: 1 as const, runId, id, name, startedAt, options, state }
    return RunFolder.begin(path, { ...manifest, package: init.package })
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    const loss = 'Records wait in memory, where a killed process loses them'
    host.report('warn', `The spool cannot be made: ${reason}. ${loss}.`)
    return undefined
  }
}
