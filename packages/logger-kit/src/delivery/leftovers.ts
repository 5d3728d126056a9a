import { dirname, join } from 'node:path'
import type { Redactor } from '../http/redactor.js'
import type { BackPressure } from '../plugin/definition.js'
import { addCounts, type Counts, noCounts } from '../pump/counters.js'
import type { Pacer } from '../pump/pacer.js'
import { RunFolder, runFoldersIn } from '../spool/run-folder.js'
import type { WriterFactory } from '../writer/log-writer.js'
import type { Secret } from '../writer/secret.js'
import type { Surroundings } from './courier.js'
import { type DeliveryHost, RunDelivery } from './run-delivery.js'

/** What is needed to deliver the runs in a spool. */
export interface LeftoverParts extends Surroundings {
  readonly factory: WriterFactory<never>
  readonly secrets: Readonly<Record<string, Secret>>
  readonly pacer: Pacer
  readonly redactor: Redactor
  readonly maxQueue: number
  readonly backPressure: BackPressure
  /** Folder of all runs of the logger. */
  readonly spool: string
  readonly host: Pick<DeliveryHost, 'report'>
}

/** Delivers what other runs have left in a spool, one run after the other, oldest first. */
export class Leftovers {
  readonly #parts: LeftoverParts
  readonly #counts = noCounts()
  #current: RunDelivery | undefined
  #folder: RunFolder | undefined
  #running: Promise<void> | undefined
  #isStopped = false

  constructor(parts: LeftoverParts) {
    this.#parts = parts
  }

  /** Begins, once. Runs that another process has are left to it. */
  start(): void {
    this.#running ??= this.#deliverAll().catch((thrown: unknown) => {
      this.#parts.host.report('warn', `What earlier runs left is not delivered: ${String(thrown)}`)
    })
  }

  /** Waits until all is delivered or time is up. */
  async finish(deadline: number): Promise<Counts> {
    const { clock } = this.#parts
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      this.#isStopped = true
      void this.#current?.stop()
    })
    await this.#running
    cancel()
    return this.#counts
  }

  /** Leaves at once. */
  abandon(): void {
    this.#isStopped = true
    this.#folder?.close()
  }

  async #deliverAll(): Promise<void> {
    for (const path of runFoldersIn(this.#parts.spool)) {
      if (this.#isStopped) return
      const folder = RunFolder.reopen(path)
      if (!(folder instanceof RunFolder)) continue
      this.#folder = folder
      addCounts(this.#counts, await this.#deliver(folder))
    }
  }

  async #deliver(folder: RunFolder): Promise<Counts> {
    const { factory, secrets, host } = this.#parts
    const { runId, id, startedAt, state, opens, options, ended } = folder.manifest
    const rootDir = dirname(dirname(dirname(folder.path)))
    this.#current = new RunDelivery({
      ...this.#parts,
      writer: factory.create(options as never, { secrets }),
      folder,
      files: join(folder.path, 'files'),
      run: { runId, id, startedAt, rootDir, state, opens, isReplay: true },
      host: {
        report: (level, message) => host.report(level, message),
        opened: () => undefined,
        stateChanged: () => undefined,
        freed: () => undefined,
      },
    })
    this.#current.start()
    const { status = 'interrupted', endedAt = Math.round(this.#parts.clock.now()) } = ended ?? {}
    await this.#current.finish(status, endedAt, Number.POSITIVE_INFINITY)
    return this.#current.counts
  }
}
