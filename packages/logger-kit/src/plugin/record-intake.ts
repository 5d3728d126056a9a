import type { LogRecord, PluginContext } from '@regimen/core'
import { flatten } from '../record/flatten.js'
import type { RecordKind } from '../writer/records.js'

type Kind = LogRecord['kind']

/** The kind that a writer takes a record as, and how several of it are called. */
const KINDS: Readonly<
  Record<Kind, { readonly kind: RecordKind; readonly plural: string }>
> = {
  metrics: { kind: 'metric', plural: 'metrics' },
  hyperparameters: { kind: 'parameter', plural: 'hyperparameters' },
  text: { kind: 'text', plural: 'texts' },
  image: { kind: 'image', plural: 'images' },
  histogram: { kind: 'histogram', plural: 'histograms' },
  artifact: { kind: 'artifact', plural: 'artifacts' },
  graph: { kind: 'graph', plural: 'graphs' },
}

/**
 * Which records a logger takes, and which of them wait. Hyperparameters and graph say what a fit
 * will be and begin no run by themselves: if the fit fails before its first batch, or has nothing
 * to train, nothing is left of it.
 */
export class RecordIntake {
  readonly #kinds: readonly RecordKind[]
  readonly #context: Pick<PluginContext, 'events$' | 'report'>
  readonly #firstBatch: () => void
  readonly #skipped = new Set<Kind>()
  /** Those that wait; nothing if none has to. */
  #early: LogRecord[] | undefined
  #unsubscribe = () => {}

  /** @param firstBatch called after the first batch, if a record waits for it */
  constructor(
    kinds: readonly RecordKind[],
    context: Pick<PluginContext, 'events$' | 'report'>,
    firstBatch: () => void,
  ) {
    this.#kinds = kinds
    this.#context = context
    this.#firstBatch = firstBatch
  }

  /** Whether the writer takes a record. That it does not is said once for each kind. */
  takes({ kind }: LogRecord): boolean {
    const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined
    if (known && this.#kinds.includes(known.kind)) return true
    if (!this.#skipped.has(kind)) {
      const what = known?.plural ?? `records of kind "${kind}"`
      this.#context.report.info(`It takes no ${what}; they are skipped.`)
    }
    this.#skipped.add(kind)
    return false
  }

  /** A fit begins: from now on early records wait. */
  beginFit(): void {
    this.release()
    this.#early = []
    const subscription = this.#context.events$.subscribe((event) => {
      if (event.name !== 'batchEnd' || event.outcome === 'failed') return
      if (this.#early && this.#early.length > 0) this.#firstBatch()
      this.release()
    })
    this.#unsubscribe = () => subscription.unsubscribe()
  }

  /** Keeps a record if it has to wait. @returns whether it did */
  keepsEarly(record: LogRecord): boolean {
    const isEarly = record.kind === 'hyperparameters' || record.kind === 'graph'
    if (!this.#early || !isEarly) return false
    this.#early.push(
      record.kind === 'graph' ? record : { ...record, values: copyOf(record) },
    )
    return true
  }

  /** What waited, in its order: from now on nothing waits. */
  release(): readonly LogRecord[] {
    const records = this.#early ?? []
    this.#unsubscribe()
    this.#early = undefined
    return records
  }
}

/** Hyperparameters as they are now: the caller's object may change. */
function copyOf({ values: current }: Extract<LogRecord, { kind: 'hyperparameters' }>) {
  const { names, values } = flatten(current)
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]))
}
