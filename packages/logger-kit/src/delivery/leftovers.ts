import { join } from 'node:path'
import { Lock } from '../spool/lock.js'
import { readManifest } from '../spool/manifest.js'
import { RunFolder, runFoldersIn, undeliveredIn } from '../spool/run-folder.js'
import { messageOf } from '../writer/logger-error.js'
import {
  type DeliverFolderOptions,
  deliverFolder,
  type FolderDelivery,
  NotDelivered,
} from './deliver-folder.js'
import { permissionFor } from './key-binding.js'
import { addCounts, type Counts, noCounts } from './report.js'

/** What delivers the leftovers of one logger. */
export interface LeftoversOptions extends DeliverFolderOptions {
  /** Name of the logger: what another has left is not its to deliver. */
  readonly name: string
}

/** Runs that are left alone for one reason. */
interface LeftAlone {
  runs: number
  records: number
}

/** Delivers what other runs have left in a spool, one run after the other, oldest first. */
export class Leftovers {
  readonly #options: LeftoversOptions
  readonly #spool: string
  readonly #counts = noCounts()
  readonly #leftAlone = new Map<string, LeftAlone>()
  #current: FolderDelivery | undefined
  #folder: RunFolder | undefined
  #running: Promise<void> | undefined
  #isStopped = false

  /** @param spool folder of all runs of the logger */
  constructor(spool: string, options: LeftoversOptions) {
    this.#spool = spool
    this.#options = options
  }

  /** Begins, once. Runs that another process has are left to it. */
  start(): void {
    this.#running ??= this.#deliverAll().catch((thrown: unknown) => {
      this.#options.host.report(
        'warn',
        `What earlier runs left is not delivered: ${String(thrown)}`,
      )
    })
  }

  /** Waits until all is delivered or time is up. */
  async finish(deadline: number): Promise<Counts> {
    const { clock } = this.#options
    const cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
      this.#isStopped = true
      void this.#current?.delivery.stop()
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
    for (const path of runFoldersIn(this.#spool)) {
      if (this.#isStopped) break
      const reason = this.#whyNot(path)
      if (reason === undefined) await this.#deliver(path)
      else if (reason !== '') this.#leave(path, reason)
    }
    for (const [reason, { runs, records }] of this.#leftAlone) {
      const what = `${records} ${records === 1 ? 'record' : 'records'} of ${runs} earlier ${runs === 1 ? 'run' : 'runs'}`
      this.#options.host.report(
        'warn',
        `${what} in ${this.#spool} are left there: ${reason}.`,
      )
    }
  }

  /** Why a folder is left alone, before anything in it is changed; empty if nobody needs to know. */
  #whyNot(path: string): string | undefined {
    const manifest = readManifest(path)
    if (!manifest || Lock.isTaken(join(path, 'lock'))) return ''
    const { factory, keys, name } = this.#options
    if (manifest.name !== name) return `they are of the logger "${manifest.name}"`
    try {
      const permission = permissionFor(factory, manifest.options, keys)
      return permission.isGiven ? undefined : permission.reason
    } catch (thrown) {
      return messageOf(thrown).replace(/\.$/, '')
    }
  }

  #leave(path: string, reason: string): void {
    const sum = this.#leftAlone.get(reason) ?? { runs: 0, records: 0 }
    this.#leftAlone.set(reason, {
      runs: sum.runs + 1,
      records: sum.records + undeliveredIn(path),
    })
  }

  async #deliver(path: string): Promise<void> {
    const folder = RunFolder.reopen(path)
    if (!(folder instanceof RunFolder)) return
    this.#folder = folder
    try {
      this.#current = deliverFolder(folder, this.#options)
    } catch (thrown) {
      folder.close()
      if (!(thrown instanceof NotDelivered)) throw thrown
      return this.#leave(path, thrown.message)
    }
    await this.#current.finish(Number.POSITIVE_INFINITY)
    addCounts(this.#counts, this.#current.delivery.counts)
  }
}
