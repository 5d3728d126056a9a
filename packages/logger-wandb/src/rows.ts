import type { MetricRecord, RecordBase } from '@regimen/logger-kit/writer'
import { type RunFields, STEP_METRIC } from './records.js'

type Row = Map<string, unknown>

/**
 * The rows of a run's history. W&B drops a row whose `_step` is not above the last: so that is a
 * number of ours that only rises, and the optimizer step is a column, by which all is drawn.
 */
export class Rows {
  readonly #fields: Pick<RunFields, 'startedAt' | 'prefix'>
  /** The latest value of each column. */
  readonly summary: Row = new Map()
  /** Number of the next row. */
  nextRow: number

  constructor(startingStep: number, fields: Pick<RunFields, 'startedAt' | 'prefix'>) {
    this.nextRow = startingStep
    this.#fields = fields
  }

  /** Rows that are to be written, and count once they were. */
  draft(): Draft {
    return new Draft(this.nextRow, this.#fields)
  }

  accept({ nextRow, changes }: Draft): void {
    this.nextRow = nextRow
    for (const [name, value] of changes) this.summary.set(name, value)
  }
}

/** Rows of one batch. */
export class Draft {
  /** The latest value of each column that changed. */
  readonly changes: Row = new Map()
  nextRow: number
  readonly #fields: Pick<RunFields, 'startedAt' | 'prefix'>
  readonly #rows: [number: number, row: Row][] = []
  #group: number | undefined

  constructor(nextRow: number, fields: Pick<RunFields, 'startedAt' | 'prefix'>) {
    this.nextRow = nextRow
    this.#fields = fields
  }

  /** What was logged at once is one row. */
  add(record: MetricRecord): void {
    const row = record.group === this.#group ? this.#rows.at(-1)?.[1] : undefined
    this.#group = record.group
    const { prefix } = this.#fields
    const name = columnOf(record)
    const column = prefix === undefined ? name : `${prefix}-${name}`
    this.#set(row ?? this.#begin(record), column, record.value)
  }

  addMedia(record: RecordBase & { readonly name: string }, value: object): void {
    this.#group = undefined
    this.#set(this.#begin(record), record.name, value)
  }

  finished(): readonly (readonly [number: number, row: ReadonlyMap<string, unknown>])[] {
    return this.#rows
  }

  #begin({ step, epoch, time }: RecordBase): Row {
    const row: Row = new Map()
    this.#rows.push([this.nextRow, row])
    this.#set(row, '_step', this.nextRow)
    this.#set(row, '_timestamp', time / 1000)
    this.#set(row, '_runtime', Math.max(0, time - this.#fields.startedAt) / 1000)
    this.#set(row, STEP_METRIC, step)
    this.#set(row, 'epoch', epoch)
    this.nextRow++
    return row
  }

  #set(row: Row, column: string, value: unknown): void {
    row.set(column, value)
    this.changes.set(column, value)
  }
}

/** The mean of an epoch has a column of its own, `loss_epoch`. */
function columnOf({ name, source, interval }: MetricRecord): string {
  const isMean = source === 'train' && interval === 'epoch' && !name.endsWith('_epoch')
  return isMean ? `${name}_epoch` : name
}
