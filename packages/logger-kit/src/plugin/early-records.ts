import type { LogRecord, PluginContext } from '@regimen/core'
import { flatten } from '../record/flatten.js'

type Events = PluginContext['events$']

/**
 * Records that say what a fit will be, hyperparameters and graph. They begin no run by themselves:
 * where the fit fails before its first batch, or has nothing to train, nothing is left of it.
 */
export class EarlyRecords {
  readonly #events: Events
  readonly #firstBatch: () => void
  #records: LogRecord[] | undefined
  #unsubscribe = () => {}

  /** @param firstBatch called once the first batch has been trained, where there is something to deliver */
  constructor(events: Events, firstBatch: () => void) {
    this.#events = events
    this.#firstBatch = firstBatch
  }

  /** A fit begins. */
  begin(): void {
    this.end()
    this.#records = []
    const subscription = this.#events.subscribe((event) => {
      if (event.name !== 'batchEnd' || event.outcome === 'failed') return
      const hasKept = this.#records !== undefined && this.#records.length > 0
      if (hasKept) this.#firstBatch()
      this.end()
    })
    this.#unsubscribe = () => subscription.unsubscribe()
  }

  /** Keeps a record where it has to wait. @returns whether it did */
  keeps(record: LogRecord): boolean {
    const isEarly = record.kind === 'hyperparameters' || record.kind === 'graph'
    if (!this.#records || !isEarly) return false
    this.#records.push(record.kind === 'graph' ? record : { ...record, values: copyOf(record) })
    return true
  }

  /** What waited, in its order: from now on nothing waits. */
  end(): readonly LogRecord[] {
    const records = this.#records ?? []
    this.#unsubscribe()
    this.#records = undefined
    return records
  }
}

/** Hyperparameters as they are now: the caller's object may change. */
function copyOf({ values: given }: Extract<LogRecord, { kind: 'hyperparameters' }>) {
  const { names, values } = flatten(given)
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))
}
