import { readFile } from 'node:fs/promises'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import { columnsWith, headerOf, lineOf, parseHeader, type Row, widened } from './table.js'

/** A table in a CSV file, whose columns may become more. It never holds half a line. */
export class TableFile {
  #file: AppendFile
  #columns: readonly string[]
  /** A row of which there may be more: what was logged with it comes in the next batch. */
  #open: Row | undefined

  private constructor(file: AppendFile, columns: readonly string[]) {
    this.#file = file
    this.#columns = columns
  }

  /** A new file. @throws EEXIST if there is one */
  static async create(path: string): Promise<TableFile> {
    const columns = columnsWith([], [])
    const head = Buffer.from(headerOf(columns))
    return new TableFile(await AppendFile.create(path, head), columns)
  }

  /** Goes on with a file; a line that a crash of the machine tore is cut off. @throws ENOENT */
  static async reopen(path: string): Promise<TableFile> {
    let columns = columnsWith([], [])
    const file = await AppendFile.reopen(path, async (found) => {
      const text = await cutTornLine(found)
      if (text === '') await found.append(Buffer.from(headerOf(columns)))
      else columns = parseHeader(text.split('\n')[0] as string)
    })
    return new TableFile(file, columns)
  }

  /**
   * Adds rows. What it throws leaves the file as it was.
   *
   * @param isCut whether values of the last row may be still to come: it is then written later
   */
  async add(rows: readonly Row[], { isCut }: { isCut: boolean }): Promise<void> {
    const all = this.#withOpen(rows)
    const whole = isCut ? all.slice(0, -1) : all
    if (whole.length > 0) await this.#write(whole)
    this.#open = isCut ? all.at(-1) : undefined
  }

  /** Writes what is still open, too. */
  async close(): Promise<void> {
    await this.add([], { isCut: false })
    await this.#file.close()
  }

  /** The rows after the one that is open, which may be the beginning of the first. */
  #withOpen(rows: readonly Row[]): readonly Row[] {
    const [open, first] = [this.#open, rows[0]]
    if (!open) return rows
    if (open.group !== first?.group) return [open, ...rows]
    return [{ ...first, cells: { ...open.cells, ...first.cells } }, ...rows.slice(1)]
  }

  async #write(rows: readonly Row[]): Promise<void> {
    if (this.#file.isTorn) await this.#file.cut()
    const columns = columnsWith(this.#columns, rows)
    const lines = rows.map(({ cells }) => lineOf(columns, cells))
    if (columns.length > this.#columns.length) await this.#rewrite(columns, lines)
    else await this.#append(Buffer.from(lines.join('')))
  }

  async #append(bytes: Uint8Array): Promise<void> {
    try {
      await this.#file.append(bytes)
    } catch (thrown) {
      await this.#file.cut().catch(() => undefined)
      throw thrown
    }
  }

  /** Cost: reads and writes the whole file, once for each set of new columns. */
  async #rewrite(columns: readonly string[], lines: readonly string[]): Promise<void> {
    const { path } = this.#file
    const [, ...rows] = (await readFile(path, 'utf8')).split('\n').slice(0, -1)
    const wider = widened(rows, this.#columns, columns)
    await replaceFile(path, [headerOf(columns), ...wider, ...lines].join(''))
    const replaced = await AppendFile.reopen(path)
    await this.#file.close()
    this.#file = replaced
    this.#columns = columns
  }
}

const NEWLINE = 10

/** Cuts off what follows the last whole line of a file. @returns the rest of it */
export async function cutTornLine(file: AppendFile): Promise<string> {
  const bytes = await readFile(file.path)
  const end = bytes.lastIndexOf(NEWLINE) + 1
  if (end < bytes.length) await file.cut(end)
  return bytes.subarray(0, end).toString()
}
