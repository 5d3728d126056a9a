import { quote } from '../checks.js'
import { type FileInput, openFiles } from '../files/file-list.js'
import { fileText } from '../files/file-text.js'
import type { Cell } from '../table/cells.js'
import { DataError } from '../table/data-error.js'
import type { FileIdentity, RecordChunk, RecordSource } from '../table/records.js'

/** Where a sample is. */
export interface SamplePlace {
  readonly file: string
  /** From 1. */
  readonly line: number
}

/** Cells by name of the column. */
export type Sample = Readonly<Record<string, unknown>>

/** Makes the columns of a sample; `null` leaves it out. */
// biome-ignore lint/suspicious/noExplicitAny: the shape of a sample is known to the user only
export type SampleMap = (sample: any, place: SamplePlace) => Sample | null

/** How lines become records. */
export interface JsonlFormat {
  /** Keys that are read; others are ignored. Default: those of the first sample, and another one is an error. */
  readonly names: readonly string[] | undefined
  readonly map: SampleMap | undefined
}

/** The records of files with a JSON object in each line. */
export function jsonlRecords(
  owner: string,
  input: FileInput,
  format: JsonlFormat,
): RecordSource {
  return {
    owner,
    unit: 'line',
    stats: async () =>
      Promise.all((await openFiles(owner, input)).map((source) => source.stat())),
    async *read() {
      const identities: FileIdentity[] = []
      const reader = new LineReader(owner, format)
      for (const source of await openFiles(owner, input)) {
        const { file } = source
        reader.begin(file)
        const text = fileText(owner, source)
        try {
          for (;;) {
            const { done, value } = await text.next()
            const chunk = reader.push(done ? '\n' : value)
            if (chunk) yield chunk
            if (!done) continue
            identities.push(value)
            break
          }
        } finally {
          await text.return({ file, bytes: 0, digest: '' })
        }
      }
      return identities
    },
  }
}

/** Turns text into records, line by line. */
class LineReader {
  #file = ''
  #line = 0
  #rest = ''
  #names: readonly string[] | undefined

  constructor(
    private readonly owner: string,
    private readonly format: JsonlFormat,
  ) {
    this.#names = format.names
  }

  begin(file: string): void {
    this.#file = file
    this.#line = 0
    this.#rest = ''
  }

  /** The records of the lines that a piece of text completes. @throws REG_DATA_FORMAT */
  push(piece: string): RecordChunk | undefined {
    const texts = (this.#rest + piece).split('\n')
    this.#rest = texts.pop() as string
    const records: Cell[][] = []
    const lines: number[] = []
    for (const text of texts) {
      this.#line++
      if (text.trim() === '') continue
      const sample = this.#sample(text)
      if (sample === null) continue
      this.#names ??= Object.keys(sample)
      records.push(this.#record(sample, this.#names))
      lines.push(this.#line)
    }
    if (records.length === 0) return undefined
    return { file: this.#file, names: this.#names as string[], records, lines }
  }

  #sample(text: string): Sample | null {
    let parsed: unknown
    try {
      parsed = JSON.parse(text)
    } catch (thrown) {
      throw this.#wrong(`is not JSON (${(thrown as Error).message})`, thrown)
    }
    const { map } = this.format
    const sample = map ? map(parsed, { file: this.#file, line: this.#line }) : parsed
    if (map && sample === null) return null
    if (typeof sample === 'object' && sample !== null && !Array.isArray(sample))
      return sample as Sample
    throw this.#wrong(`${map ? 'gives' : 'is'} ${quote(sample)}; expected an object`)
  }

  #record(sample: Sample, names: readonly string[]): Cell[] {
    if (!this.format.names)
      for (const key in sample)
        if (!names.includes(key))
          throw this.#wrong(
            `has the key ${quote(key)}, which the first sample does not have. Name the keys to read as "names"`,
          )
    return names.map(
      (name) => (Object.hasOwn(sample, name) ? sample[name] : undefined) as Cell,
    )
  }

  #wrong(why: string, cause?: unknown): DataError {
    const { owner } = this
    const [file, line] = [this.#file, this.#line]
    return new DataError(
      'REG_DATA_FORMAT',
      `${owner}: ${file}, line ${line} ${why}.`,
      { owner, file, line },
      { cause },
    )
  }
}
