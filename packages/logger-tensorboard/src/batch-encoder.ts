import { readFile } from 'node:fs/promises'
import {
  type GraphRecord,
  type HistogramRecord,
  type ImageRecord,
  type MetricRecord,
  messageOf,
  type RecordBase,
  type Rejection,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { graphEvent, summaryEvent } from './event.js'
import { graphDef } from './graph-def.js'
import { kerasGraph } from './keras-graph.js'
import {
  histogramValue,
  imageValue,
  type SummaryValue,
  scalarValue,
  summaryValue,
  textValue,
} from './summary.js'
import { TagSteps } from './tag-steps.js'

/** What is known of the tags that have been written. */
export interface WrittenTags {
  /** Those that the file has. */
  readonly seen: ReadonlySet<string>
  readonly steps: TagSteps
  /** Those of single batches of evaluations, whose steps every evaluation counts from 0. */
  readonly evaluations: TagSteps
}

/** Makes events of records. What it is given stays as it is, so that a batch can be encoded again. */
export class BatchEncoder {
  readonly events: Uint8Array[] = []
  readonly rejected: Rejection[] = []
  readonly #seen: Set<string>
  readonly #steps: TagSteps
  readonly #evaluations: TagSteps
  readonly #prefix: string
  #group: MetricRecord[] = []

  constructor({ seen, steps, evaluations }: WrittenTags, prefix: string | undefined) {
    this.#seen = new Set(seen)
    this.#steps = new TagSteps(steps.entries())
    this.#evaluations = new TagSteps(evaluations.entries())
    this.#prefix = prefix === undefined ? '' : `${prefix}-`
  }

  /** What is known once the events have been written. */
  get tags(): WrittenTags {
    return { seen: this.#seen, steps: this.#steps, evaluations: this.#evaluations }
  }

  /** Adds records in their order. What was logged at once becomes one event. */
  async add(records: readonly WriterRecord[]): Promise<void> {
    for (const record of records) {
      const isGroupOver =
        record.kind !== 'metric' || record.group !== this.#group[0]?.group
      if (isGroupOver) this.#endGroup()
      if (record.kind === 'metric') this.#group.push(record)
      else await this.#addOther(record)
    }
    this.#endGroup()
  }

  /** Adds values that are no records. */
  addValues(
    moment: Pick<RecordBase, 'time' | 'step'>,
    values: readonly SummaryValue[],
  ): void {
    const encoded = values.map((value) => {
      const isFirst = !this.#seen.has(value.tag)
      this.#seen.add(value.tag)
      return summaryValue(value, { isFirst })
    })
    this.events.push(summaryEvent(moment, encoded))
  }

  async #addOther(record: Exclude<WriterRecord, MetricRecord>): Promise<void> {
    switch (record.kind) {
      case 'text':
        return this.addValues(record, [textValue(record.name, record.text)])
      case 'histogram':
        return this.#addHistogram(record)
      case 'image':
        return this.#addImage(record)
      case 'graph':
        return this.#addGraph(record)
    }
  }

  #endGroup(): void {
    const [first] = this.#group
    if (!first) return
    const values = this.#group.map((record) => {
      const isCountedAnew = record.source !== 'train' && record.interval === 'step'
      const steps = isCountedAnew ? this.#evaluations : this.#steps
      const tag = steps.tagAt(this.#prefix + tagOf(record), record.step)
      return scalarValue(tag, record.value)
    })
    const hasOwnEpoch = this.#group.some(({ name }) => name === 'epoch')
    const isTold = hasOwnEpoch || this.#steps.isPast('epoch', first.step)
    if (first.source === 'train' && !isTold) {
      values.push(scalarValue(this.#steps.tagAt('epoch', first.step), first.epoch))
    }
    this.#group = []
    this.addValues(first, values)
  }

  #addHistogram(record: HistogramRecord): void {
    if (record.edges.length === record.counts.length + 1) {
      this.addValues(record, [histogramValue(record.name, record)])
      return
    }
    const { edges, counts, name } = record
    const found = `${edges.length} edges and ${counts.length} counts`
    this.#reject(
      record,
      'histogram',
      `Histogram "${name}" has ${found}; give one edge more.`,
    )
  }

  async #addImage(record: ImageRecord): Promise<void> {
    const bytes = await readFile(record.file).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ENOENT') throw thrown
    })
    if (bytes) this.addValues(record, [imageValue(record.name, { ...record, bytes })])
    else this.#reject(record, 'image', `The file of image "${record.name}" is gone.`)
  }

  #addGraph(record: GraphRecord): void {
    if (record.format === 'text') {
      this.addValues(record, [textValue('graph', record.body)])
      return
    }
    try {
      this.events.push(graphEvent(record, graphDef(kerasGraph(record.body))))
    } catch (thrown) {
      const text = `The graph of the model could not be read: ${messageOf(thrown)}`
      this.#reject(record, 'graph', text)
    }
  }

  #reject({ seq }: RecordBase, code: string, message: string): void {
    this.rejected.push({ seq, code, message })
  }
}

/** The mean of an epoch has a tag of its own, beside that of the steps. */
function tagOf({ name, source, interval }: MetricRecord): string {
  const isMean = source === 'train' && interval === 'epoch'
  return isMean && !name.endsWith('_epoch') ? `${name}_epoch` : name
}
