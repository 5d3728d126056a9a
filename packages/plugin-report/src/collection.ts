import type { Json, LogRecord } from '@regimen/core'
import { type LoggedRecord, Series } from '@regimen/dashboard'

type Hyperparameter = string | number | boolean | null

/** Bytes of images that a report holds; later images of other names are left out. */
const MOST_IMAGE_BYTES = 16 * 2 ** 20

/** All that a report shows of a run, collected from its records. */
export class Collection {
  readonly series = new Map<string, Series>()
  readonly hparams: Record<string, Hyperparameter> = {}
  /** Of each kind and name the latest. */
  readonly #records = new Map<string, LoggedRecord>()
  readonly #images = new Map<string, string>()
  #seq = 0
  graph: string | undefined

  get records(): readonly LoggedRecord[] {
    return [...this.#records.values()]
  }

  /** Data URLs of the images, by `<run> <seq>`. */
  images(run: string): Record<string, string> {
    const images = this.records.flatMap(({ kind, name, seq }) => {
      const url = kind === 'image' && this.#images.get(name)
      return url ? [[`${run} ${seq}`, url] as const] : []
    })
    return Object.fromEntries(images)
  }

  add(record: LogRecord): void {
    switch (record.kind) {
      case 'metrics':
        this.#addMetrics(record)
        break
      case 'hyperparameters':
        this.#addHyperparameters(record.values, '')
        break
      case 'text':
        this.#keep(record, { value: record.text })
        break
      case 'histogram':
        this.#keep(record, { edges: [...record.edges], counts: [...record.counts] })
        break
      case 'image':
        this.#addImage(record)
        break
      case 'graph':
        if (record.format === 'keras-json') this.graph = record.body
    }
  }

  #addMetrics(record: Extract<LogRecord, { kind: 'metrics' }>): void {
    const { values, source, interval, epoch, step, time } = record
    for (const [name, value] of Object.entries(values)) {
      const key = `${source} ${interval} ${name}`
      const series = this.series.get(key) ?? new Series(name, source, interval)
      this.series.set(key, series)
      series.push(epoch, step, value)
      series.times.push(time)
    }
  }

  #addHyperparameters(values: Readonly<Record<string, Json>>, prefix: string): void {
    for (const [name, value] of Object.entries(values)) {
      const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
      if (isGroup)
        this.#addHyperparameters(value as Record<string, Json>, `${prefix}${name}/`)
      else
        this.hparams[`${prefix}${name}`] = Array.isArray(value)
          ? JSON.stringify(value)
          : (value as Hyperparameter)
    }
  }

  #addImage(record: Extract<LogRecord, { kind: 'image' }>): void {
    const { name, mime, width, height, bytes } = record
    const url = `data:${mime};base64,${Buffer.from(bytes).toString('base64')}`
    const others = [...this.#images].filter(([other]) => other !== name)
    const size = others.reduce((sum, [, text]) => sum + text.length, url.length)
    if (size > MOST_IMAGE_BYTES) return
    this.#images.set(name, url)
    this.#keep(record, { mime, width, height })
  }

  #keep(record: LogRecord & { readonly name: string }, content: object): void {
    const { kind, name, step, epoch, time } = record
    this.#seq++
    this.#records.set(`${kind} ${name}`, {
      seq: this.#seq,
      t: time,
      kind,
      name,
      step,
      epoch,
      ...content,
    })
  }
}
