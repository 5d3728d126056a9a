import { quote, quoteAll } from '../checks.js'
import type { ByteSource } from '../files/bytes.js'
import { type FileInput, openFiles } from '../files/file-list.js'
import { fileText } from '../files/file-text.js'
import { DataError } from '../table/data-error.js'
import type { FileIdentity, RecordChunk, RecordSource } from '../table/records.js'
import { CsvSplitter, type QuotedParser, type SplitRecords } from './csv-splitter.js'

/** The form of CSV files. */
export interface CsvFormat {
  readonly delimiter: string
  /** Names of the columns, if the files have no header. */
  readonly names: readonly string[] | undefined
}

/** The records of CSV files. */
export function csvRecords(
  owner: string,
  input: FileInput,
  format: CsvFormat,
): RecordSource {
  return {
    owner,
    unit: 'line',
    stats: async () =>
      Promise.all((await openFiles(owner, input)).map((source) => source.stat())),
    async *read() {
      const { parse } = await import('#csv-parse')
      const identities: FileIdentity[] = []
      let names = format.names
      for (const source of await openFiles(owner, input)) {
        const file = new CsvFile(owner, source, format, names)
        identities.push(yield* file.read(parse as QuotedParser))
        names ??= file.names
      }
      return identities
    },
  }
}

/** One of the files of a table. */
class CsvFile {
  names: readonly string[] | undefined

  constructor(
    private readonly owner: string,
    private readonly source: ByteSource,
    private readonly format: CsvFormat,
    /** Those of the file before, which this one must have too. */
    private readonly expected: readonly string[] | undefined,
  ) {
    this.names = format.names
  }

  async *read(parse: QuotedParser): AsyncGenerator<RecordChunk, FileIdentity, undefined> {
    const { file } = this.source
    const splitter = new CsvSplitter(this.owner, file, this.format.delimiter, parse)
    const text = fileText(this.owner, this.source)
    try {
      for (;;) {
        const { done, value } = await text.next()
        const chunk = this.#chunk(done ? splitter.end() : splitter.push(value))
        if (chunk) yield chunk
        if (done) return value
      }
    } finally {
      await text.return({ file, bytes: 0, digest: '' })
    }
  }

  #chunk({ records, lines }: SplitRecords): RecordChunk | undefined {
    if (!this.names) {
      const header = records.shift()
      const line = lines.shift()
      if (!header) return undefined
      this.#checkHeader(header, line as number)
      this.names = header
    }
    const { names } = this
    const ragged = records.findIndex((record) => record.length !== names.length)
    if (ragged >= 0) {
      const { length } = records[ragged] as string[]
      const than = this.format.names ? '"names" has' : 'the header has'
      throw this.#wrong(
        lines[ragged] as number,
        `it has ${length} ${length === 1 ? 'cell' : 'cells'}; expected ${names.length}, as ${than}. A delimiter within a cell needs quotes around the cell`,
      )
    }
    return records.length > 0
      ? { file: this.source.file, names, records, lines }
      : undefined
  }

  #checkHeader(header: readonly string[], line: number): void {
    const twice = header.find((name, index) => header.indexOf(name) !== index)
    if (twice !== undefined)
      throw this.#wrong(
        line,
        `the header has the column ${quote(twice)} twice; rename one`,
      )
    if (header.some((name) => name.includes('\r')))
      throw this.#wrong(
        line,
        'lines end with a carriage return alone; save the file with line feeds',
      )
    const { expected } = this
    if (expected && header.join('\0') !== expected.join('\0'))
      throw this.#wrong(
        line,
        `the header has ${quoteAll(header)}; expected ${quoteAll(expected)}, as in the first file`,
      )
  }

  #wrong(line: number, why: string): DataError {
    const { owner } = this
    const { file } = this.source
    return new DataError('REG_DATA_FORMAT', `${owner}: ${file}, line ${line}: ${why}.`, {
      owner,
      file,
      line,
    })
  }
}
