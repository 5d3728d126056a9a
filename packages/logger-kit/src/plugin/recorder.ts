import { copyFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type LogRecord, printable } from '@regimen/core'
import { makeFolder } from '@regimen/core/files'
import type { Redactor } from '../http/redactor.js'
import type { LooseEntry } from '../record/entry.js'
import { countOf, type MetricsEntry } from '../record/entry.js'
import { flatten } from '../record/flatten.js'
import { Packer, type Packet } from '../record/packet.js'

type Kind = LogRecord['kind']
type Of<K extends Kind> = Extract<LogRecord, { kind: K }>

/**
 * Turns the Trainer's records into packets: numbered, copied, flattened, free of secrets, and under
 * names that print.
 */
export class Recorder {
  readonly #packer = new Packer(printable)
  readonly #redactor: Redactor
  readonly #files: string
  #seq = 1
  #graph: string | undefined
  #lastNames: { readonly raw: readonly string[]; readonly printed: readonly string[] } = {
    raw: [],
    printed: [],
  }

  /**
   * @param files folder for what is copied
   * @param seq number of the first record
   */
  constructor(parts: { redactor: Redactor; files: string; seq: number }) {
    this.#redactor = parts.redactor
    this.#files = parts.files
    this.#seq = parts.seq
  }

  /** Number of the next record. */
  get seq(): number {
    return this.#seq
  }

  /** Entries that wait to be taken. */
  get size(): number {
    return this.#packer.size
  }

  take(): Packet {
    return this.#packer.take()
  }

  metrics(record: Of<'metrics'>): void {
    this.#seq += this.#packer.pushMetrics(record, this.#seq)
  }

  /** The same as an entry: for a journal, which needs it at once. */
  entryOf({
    time,
    step,
    epoch,
    source,
    interval,
    values: logged,
  }: Of<'metrics'>): MetricsEntry {
    const values: number[] = []
    const names: string[] = []
    let isSame = true
    for (const name in logged) {
      const value = logged[name]
      if (typeof value !== 'number') continue
      isSame &&= this.#lastNames.raw[names.length] === name
      names.push(name)
      values.push(value)
    }
    // One list for thousands of entries: its text is made once.
    if (!isSame || names.length !== this.#lastNames.raw.length) {
      this.#lastNames = { raw: names, printed: names.map(printable) }
    }
    const place = { seq: this.#seq, time, step, epoch, source, interval }
    return { kind: 'metrics', ...place, names: this.#lastNames.printed, values }
  }

  /** Takes a record of any other kind. An artifact is copied first. */
  async other(record: Exclude<LogRecord, { kind: 'metrics' }>): Promise<void> {
    const { time, step, epoch } = record
    const base = { seq: this.#seq, time, step, epoch }
    switch (record.kind) {
      case 'hyperparameters': {
        const { names: plain, values } = flatten(record.values)
        const names = plain.map(printable)
        const safe = values.map((value) =>
          typeof value === 'string' ? this.#safe(value) : value,
        )
        if (names.length > 0)
          this.#push({ ...base, kind: 'parameters', names, values: safe })
        return
      }
      case 'text': {
        const { text, format = 'plain' } = record
        const name = printable(record.name)
        return this.#push({ ...base, kind: 'text', name, text: this.#safe(text), format })
      }
      case 'image': {
        const { mime, width, height } = record
        const name = printable(record.name)
        const bytes = Uint8Array.from(record.bytes)
        return this.#push({ ...base, kind: 'image', name, mime, width, height, bytes })
      }
      case 'histogram': {
        const name = printable(record.name)
        const [edges, counts] = [[...record.edges], [...record.counts]]
        return this.#push({ ...base, kind: 'histogram', name, edges, counts })
      }
      case 'graph':
        // Several loggers may each log the graph of the same model, and each of them gets all.
        if (record.body === this.#graph) return
        this.#graph = record.body
        return this.#push({
          ...base,
          kind: 'graph',
          format: record.format,
          body: record.body,
        })
      default:
        return this.#artifact(record, base)
    }
  }

  /** Copied while the run waits, so that what is delivered is what was there. */
  async #artifact(
    record: Of<'artifact'>,
    base: { seq: number; time: number; step: number; epoch: number },
  ) {
    const { path, type = 'asset', metadata = {} } = record
    const name = printable(record.name)
    this.#seq++
    const file = join(this.#files, `${base.seq}-${basename(path)}`)
    makeFolder(this.#files, { mode: 0o700 })
    await copyFile(path, file)
    this.#packer.push({
      ...base,
      kind: 'artifact',
      name,
      type,
      file,
      metadata: { ...metadata },
    })
  }

  #push(entry: LooseEntry): void {
    this.#seq += 'bytes' in entry ? 1 : countOf(entry as Parameters<typeof countOf>[0])
    this.#packer.push(entry)
  }

  #safe(text: string): string {
    return this.#redactor.logged(text)
  }
}
