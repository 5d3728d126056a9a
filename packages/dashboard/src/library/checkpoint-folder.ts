import { lstat, readdir, readFile, rmdir, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renameFile, temporaryPath } from '@regimen/core/files'
import type { CheckpointFile, KnownCheckpoint } from './checkpoint-files.js'

const INDEX = 'index.json'
const ENDING = '.safetensors'
const MOST_INDEX_BYTES = 2 ** 26

interface Index {
  readonly format: 1
  readonly logs: readonly string[]
  readonly files: readonly IndexEntry[]
}

interface IndexEntry extends KnownCheckpoint {
  readonly file: string
  readonly size: number
  readonly modifiedMs: number
}

/** A folder in which `@regimen/plugin-checkpoint` keeps the checkpoints of a run, or of one and those that resumed it. */
export class CheckpointFolder {
  /** Ids of the runs that wrote to it, as `run.json` has them. */
  logs: readonly string[] = []
  /** In the order of their names. */
  files: readonly CheckpointFile[] = []
  #state = ''

  constructor(
    /** Path below the root of the runs. */
    readonly id: string,
    readonly folder: string,
  ) {}

  /** Looks at the folder. @returns whether anything changed */
  async refresh(): Promise<boolean> {
    const index = await this.#index()
    const entries = await readdir(this.folder, { withFileTypes: true }).catch(() => [])
    const names = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith(ENDING))
      .map(({ name }) => name)
      .sort()
    const files = await Promise.all(names.map((name) => this.#file(name, index)))
    this.files = files.filter((file) => file !== undefined)
    this.logs = index?.logs ?? []
    const state = JSON.stringify([this.logs, this.files])
    const isNew = state !== this.#state
    this.#state = state
    return isNew
  }

  /**
   * Removes files that `index.json` lists and lists them no more; then the folder, if nothing is left in it.
   *
   * @throws the system's error
   */
  async remove(names: readonly string[]): Promise<void> {
    const index = await this.#index()
    if (!index) return
    const going = index.files.filter(({ file }) => names.includes(file))
    for (const { file } of going) await unlink(join(this.folder, file))
    const files = index.files.filter((entry) => !going.includes(entry))
    const path = join(this.folder, INDEX)
    if (files.length > 0) {
      const temporary = temporaryPath(path)
      await writeFile(temporary, `${JSON.stringify({ ...index, files }, undefined, 2)}\n`)
      await renameFile(temporary, path)
      return
    }
    await unlink(path)
    if ((await readdir(this.folder)).length === 0) await rmdir(this.folder)
  }

  async #file(
    file: string,
    index: Index | undefined,
  ): Promise<CheckpointFile | undefined> {
    const found = await lstat(join(this.folder, file)).catch(() => undefined)
    if (!found?.isFile()) return undefined
    const entry = index?.files.find((one) => one.file === file)
    const isFresh = entry?.size === found.size && entry.modifiedMs === found.mtimeMs
    if (!entry || !isFresh) return { file, bytes: found.size }
    const { epoch, step, score, monitor, sequence } = entry
    return { file, bytes: found.size, known: { epoch, step, score, monitor, sequence } }
  }

  async #index(): Promise<Index | undefined> {
    try {
      const path = join(this.folder, INDEX)
      const found = await lstat(path)
      if (!found.isFile() || found.size > MOST_INDEX_BYTES) return undefined
      return indexOf(JSON.parse(await readFile(path, 'utf8')))
    } catch {
      return undefined
    }
  }
}

/** What is an index of checkpoints; other programs have files of that name too. */
function indexOf(found: unknown): Index | undefined {
  const { format, files, logs = [] } = Object(found) as Partial<Index>
  if (format !== 1 || !Array.isArray(files) || !files.every(isEntry)) return undefined
  const isList = Array.isArray(logs) && logs.every((log) => typeof log === 'string')
  return { ...(found as Index), logs: isList ? logs : [] }
}

function isEntry(found: unknown): found is IndexEntry {
  const { file, score, monitor, ...rest } = Object(found) as Partial<IndexEntry>
  const { epoch, step, sequence, size, modifiedMs } = rest
  const isName = typeof file === 'string' && /^[^./\\][^/\\]*\.safetensors$/.test(file)
  const areNumbers = [epoch, step, sequence, size, modifiedMs].every(
    (value) => typeof value === 'number',
  )
  const isScore = score === null || typeof score === 'number'
  return (
    isName && areNumbers && isScore && (monitor === null || typeof monitor === 'string')
  )
}
