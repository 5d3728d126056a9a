import { addCounts, type Counts, noCounts } from '../pump/counters.js'
import { RunFolder, runFoldersIn } from '../spool/run-folder.js'
import { deliverFolder, type FolderDelivery, type FolderParts } from './deliver-folder.js'

/** Delivers what other runs have left in a spool, one run after the other, oldest first. */
export class Leftovers {
  readonly #parts: FolderParts
  readonly #spool: string
  readonly #counts = noCounts()
  #current: FolderDelivery | undefined
  #folder: RunFolder | undefined
  #running: Promise<void> | undefined
  #isStopped = false

  /** @param spool folder of all runs of the logger */
  constructor(spool: string, parts: FolderParts) {
    this.#spool = spool
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
      if (this.#isStopped) return
      const folder = RunFolder.reopen(path)
      if (!(folder instanceof RunFolder)) continue
      this.#folder = folder
      this.#current = deliverFolder(folder, this.#parts)
      await this.#current.finish(Number.POSITIVE_INFINITY)
      addCounts(this.#counts, this.#current.delivery.counts)
    }
  }
}
