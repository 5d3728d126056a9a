import type { TailReader } from './file-tail.js'
import { RecordTimes } from './record-times.js'

/** A line of `metrics.jsonl` that is no metric: a text, an image, a histogram, the graph. */
export interface LoggedRecord {
  /** Number of the record in its run. */
  readonly seq: number
  /** When it was logged, in milliseconds since 1970. */
  readonly t: number
  readonly kind: string
  readonly name: string
  readonly step: number
  readonly epoch: number
  /** The content, by the fields of the kind. */
  readonly [field: string]: unknown
}

/** Records that are kept of a run; later ones replace the oldest. */
const MOST = 5000
const NEWLINE = 10
const METRIC = Buffer.from('"kind":"metric"')
/** How far into a line its kind is: after two numbers. */
const HEAD = 64

/** The records of a `metrics.jsonl`, read while the file grows: of metrics their times alone. */
export class RecordLog implements TailReader {
  readonly times = new RecordTimes()
  #records: LoggedRecord[] = []
  damagedLines = 0
  /** Records that are not kept any more. */
  forgotten = 0

  get records(): readonly LoggedRecord[] {
    return this.#records
  }

  reset(): void {
    this.times.reset()
    this.#records = []
    this.damagedLines = 0
    this.forgotten = 0
  }

  push(bytes: Uint8Array): number {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    let begin = 0
    for (;;) {
      const end = buffer.indexOf(NEWLINE, begin)
      if (end === -1) return begin
      const isMetric = buffer
        .subarray(begin, Math.min(end, begin + HEAD))
        .includes(METRIC)
      if (isMetric) this.times.take(buffer, begin, end)
      else if (end > begin) this.#take(buffer.toString('utf8', begin, end))
      begin = end + 1
    }
  }

  #take(line: string): void {
    const record = recordOf(line)
    if (!record) return void this.damagedLines++
    this.#records.push(record)
    if (this.#records.length <= MOST) return
    this.#records.shift()
    this.forgotten++
  }
}

function recordOf(line: string): LoggedRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<LoggedRecord> | null
    const { seq, t, kind, name, step, epoch } = record ?? {}
    const areNumbers = [seq, t, step, epoch].every((value) => typeof value === 'number')
    const areTexts = [kind, name].every((value) => typeof value === 'string')
    return areNumbers && areTexts ? (record as LoggedRecord) : undefined
  } catch {
    return undefined
  }
}
