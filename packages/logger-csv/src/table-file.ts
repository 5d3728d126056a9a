import { readFile } from 'node:fs/promises'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import { columnsWith, headerOf, lineOf, parseHeader, type Row, widened } from './table.js'
import { cutTornLine } from './whole-lines.js'

/** The newest row, to which values may still come that were logged with it. */
interface LastRow extends Row {
  /** Where its line begins in the file. */
  readonly position: number
}

/** A table in a CSV file, whose columns may become more. It never holds half a line. */
export class TableFile {
  #file: AppendFile
  #columns: readonly string[]
  #last: LastRow | undefined

  private constructor(file: AppendFile, columns: readonly string[]) {
    this.#file = file
    this.#columns = columns
  }

  /** A new file. @throws EEXIST where there is one */
  static async create(path: string): Promise<TableFile> {
    const columns = columnsWith([], [])
    const file = await AppendFile.create(path)
    await file.append(Buffer.from(headerOf(columns)))
    return new TableFile(file, columns)
  }

  /** Goes on with a file; a line that a crash of the machine tore is cut off. @throws ENOENT */
  static async reopen(path: string): Promise<TableFile> {
    const file = await AppendFile.reopen(path)
    const text = await cutTornLine(file)
    const columns = text === '' ? columnsWith([], []) : parseHeader(text.split('\n')[0] as string)
    if (text === '') await file.append(Buffer.from(headerOf(columns)))
    return new TableFile(file, columns)
  }

  /** Adds rows. What it throws leaves the file as it was. */
  async add(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    if (this.#file.isTorn) await this.#file.cut()
    const joined = this.#joined(rows)
    const columns = columnsWith(this.#columns, joined)
    const lines = joined.map(({ cells }) => lineOf(columns, cells))
    const isJoined = joined[0]?.group === this.#last?.group
    if (isJoined || columns.length > this.#columns.length) {
      await this.#rewrite(columns, lines, isJoined ? this.#last?.position : undefined)
    } else {
      await this.#append(Buffer.from(lines.join('')))
    }
    const position = this.#file.size - Buffer.byteLength(lines.at(-1) as string)
    this.#last = { ...(joined.at(-1) as Row), position }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  /** The rows, the first of them with the values that the file has of it already. */
  #joined([first, ...others]: readonly Row[]): Row[] {
    const { group, cells } = first as Row
    const known = this.#last?.group === group ? this.#last.cells : {}
    return [{ group, cells: { ...known, ...cells } }, ...others]
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.append(bytes)
    } catch (thrown) {
      await this.#file.cut().catch(() => undefined)
      throw thrown
    }
  }

  /** Cost: reads and writes the whole file, for new columns and for a row that came in two parts. */
  async #rewrite(
    columns: readonly string[],
    lines: readonly string[],
    end = this.#file.size,
  ): Promise<void> {
    const { path } = this.#file
    const kept = (await readFile(path)).subarray(0, end).toString()
    const [, ...rows] = kept.split('\n').slice(0, -1)
    const wider = widened(rows, this.#columns, columns)
    await replaceFile(path, [headerOf(columns), ...wider, ...lines].join(''))
    const replaced = await AppendFile.reopen(path)
    await this.#file.close()
    this.#file = replaced
    this.#columns = columns
  }
}
