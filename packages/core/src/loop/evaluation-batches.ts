import type { BatchCursor } from '../data/batch-cursor.js'
import { type DataSource, type DataSources, namedSources } from '../data/batch-source.js'
import { fail } from '../floor/errors.js'
import { openLoader } from '../run/open-loader.js'
import type { Session } from '../run/session.js'

/** What kind of evaluation it is. */
export type EvaluationKind = 'validation' | 'test' | 'predict'

/** A batch of an evaluation. */
export interface EvaluationBatch {
  readonly data: unknown
  /** Whether its source owns it: then it is not disposed of here. */
  readonly isOwned: boolean
}

/** The loaders to read, at most `cap` batches of each. */
interface EvaluationData {
  readonly kind: EvaluationKind
  readonly sources: DataSources<unknown>
  readonly cap: number
}

interface NamedLoader {
  readonly name: string | undefined
  readonly source: DataSource<unknown>
  readonly place: string
}

/** The batches of all loaders of an evaluation, one after the other, until the signal is aborted. */
export class EvaluationBatches {
  /** Name of the current loader if there are several. */
  loader: string | undefined
  /** Number of batches of the current loader after limits, if known. */
  size: number | undefined
  readonly #session: Session
  readonly #kind: EvaluationKind
  readonly #cap: number
  readonly #loaders: NamedLoader[]
  #cursor: BatchCursor | undefined
  #place = ''

  constructor(session: Session, { kind, sources, cap }: EvaluationData) {
    this.#session = session
    this.#kind = kind
    this.#cap = cap
    this.#loaders = namedSources(sources, `data.${kind}`)
  }

  /** The next batch, or `undefined` at the end. @throws REG_DATA_FAILED, REG_DATA_EMPTY */
  async next(): Promise<EvaluationBatch | undefined> {
    const { signal } = this.#session
    while (!signal.aborted) {
      const cursor = this.#cursor ?? (await this.#openNext())
      if (!cursor) return undefined
      const batch = cursor.taken < this.#cap ? await cursor.next() : undefined
      if (batch && !batch.done) return { data: batch.value, isOwned: cursor.isOwner }
      await this.close()
      const isEmpty = cursor.taken === 0 && !signal.aborted
      if (isEmpty) fail('REG_DATA_EMPTY.evaluation', { place: this.#place })
    }
    return undefined
  }

  async #openNext(): Promise<BatchCursor | undefined> {
    const loader = this.#loaders.shift()
    if (!loader) return undefined
    const { name, source, place } = loader
    const cursor = await openLoader(this.#session, { split: this.#kind, source, place })
    this.loader = name
    this.size = cursor.size === undefined ? undefined : Math.min(cursor.size, this.#cap)
    this.#cursor = cursor
    this.#place = place
    return cursor
  }

  /** Closes the current loader. */
  async close(): Promise<void> {
    const cursor = this.#cursor
    this.#cursor = undefined
    await cursor?.close()
  }
}
