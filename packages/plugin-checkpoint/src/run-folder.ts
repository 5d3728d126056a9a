import { describeFileError, type Json, RegimenError } from '@regimen/core'
import {
  type CatalogEntry,
  catalogContent,
  INDEX,
  jsonContent,
  logsIn,
  readCatalog,
} from './catalog.js'
import { EXTENSION } from './file-name.js'
import type { CheckpointInfo } from './snapshot-file.js'
import {
  type CheckpointStore,
  type FileContent,
  isNaNError,
  type Written,
} from './store.js'

/** A snapshot to be written, under one name or several. */
export interface SaveJob {
  readonly info: CheckpointInfo
  readonly content: FileContent
  /** Names in the folder, the first of which is written and the others made equal to it. */
  readonly files: readonly string[]
  /** Names in the folder that are to go once the new ones are safe. */
  readonly dropped: readonly string[]
}

const VERSION = /^version_(\d+)$/

/** The folder that one run writes to, and the list of what is in it. */
export class RunFolder {
  readonly #store: CheckpointStore
  /** Its path below the store: `version_3`. */
  readonly path: string
  readonly entries = new Map<string, CatalogEntry>()
  /** Ids of the runs that write to it, as their loggers call them. */
  readonly logs = new Set<string>()

  private constructor(store: CheckpointStore, path: string) {
    this.#store = store
    this.path = path
  }

  /** Sees to it that folders can be made, of which none is made yet. @throws REG_CHECKPOINT_WRITE */
  static async check(store: CheckpointStore, prefix: string): Promise<void> {
    await new RunFolder(store, `${prefix}version_N`).#safely(async () => store.check?.())
  }

  /** A new folder, `version_N`, of which no other run knows. @throws REG_CHECKPOINT_WRITE */
  static async claim(store: CheckpointStore, prefix: string): Promise<RunFolder> {
    const versions = new RunFolder(store, `${prefix}version_N`)
    let [newest = -1] = await versions.#safely(() => versionsIn(store, prefix))
    for (;;) {
      newest++
      const folder = new RunFolder(store, `${prefix}version_${newest}`)
      if (await folder.#safely(() => store.claim(folder.path))) return folder
    }
  }

  /** A folder in which a run continues. */
  static async reopen(store: CheckpointStore, path: string): Promise<RunFolder> {
    const folder = new RunFolder(store, path)
    await folder.#safely(() => store.tidy(path))
    const entries = await readCatalog(store, path, { isIndexIgnored: true })
    for (const entry of entries) folder.entries.set(entry.file, entry)
    for (const log of await logsIn(store, path)) folder.logs.add(log)
    return folder
  }

  /**
   * Writes a snapshot, then its other names, then removes what it replaces, then lists it.
   *
   * @throws NaNError, REG_CHECKPOINT_WRITE
   */
  async save({
    info,
    content,
    files: [first = '', ...others],
    dropped,
  }: SaveJob): Promise<void> {
    const written = await this.#safely(
      () => this.#store.write(this.#pathOf(first), content),
      first,
    )
    const { sha256 } = written
    this.#note(first, info, { ...written, sha256 })
    for (const file of others) {
      const copied = await this.#safely(
        () => this.#store.copy(this.#pathOf(first), this.#pathOf(file)),
        file,
      )
      this.#note(file, info, { ...copied, sha256 })
    }
    await this.remove(dropped)
    await this.writeIndex()
  }

  /** Makes a file equal to another one. @throws REG_CHECKPOINT_WRITE */
  async copy(from: CatalogEntry, file: string): Promise<void> {
    const { sha256, ...rest } = from
    const copied = await this.#safely(
      () => this.#store.copy(this.#pathOf(from.file), this.#pathOf(file)),
      file,
    )
    this.#note(file, rest, { ...copied, sha256 })
  }

  /** Removes files. @throws REG_CHECKPOINT_WRITE */
  async remove(files: readonly string[]): Promise<void> {
    for (const file of files) {
      await this.#safely(() => this.#store.remove(this.#pathOf(file)), file)
      this.entries.delete(file)
    }
  }

  /** Replaces `index.json`. @throws REG_CHECKPOINT_WRITE */
  async writeIndex(): Promise<void> {
    const content = catalogContent(this.entries.values(), this.logs)
    await this.#safely(() => this.#store.write(this.#pathOf(INDEX), content), INDEX)
  }

  /** Replaces a file of JSON that is no part of the list. @throws REG_CHECKPOINT_WRITE */
  async writeJson(file: string, value: Json): Promise<void> {
    await this.#safely(
      () => this.#store.write(this.#pathOf(file), jsonContent(value)),
      file,
    )
  }

  #note(file: string, info: CheckpointInfo, { size, modifiedMs, sha256 }: Written): void {
    const { epoch, batch, step, score, monitor, run, sequence, savedAt } = info
    const what = { epoch, batch, step, score, monitor, run, sequence, savedAt }
    this.entries.set(file, { file, ...what, sha256, size, modifiedMs })
  }

  #pathOf(file: string): string {
    return `${this.path}/${file}`
  }

  async #safely<T>(work: () => Promise<T>, file?: string): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      if (isNaNError(thrown)) throw thrown
      const name =
        file === undefined ? `folder "${this.path}"` : `file "${this.#pathOf(file)}"`
      const text = `The ${name} in ${this.#store.place} could not be written: ${describeFileError(thrown)}`
      const advice =
        'What was saved earlier is whole; resume from it with resumeFrom: "last"'
      throw new RegimenError('REG_CHECKPOINT_WRITE', `${text}. ${advice}.`, {
        cause: thrown,
        data: {
          folder: this.path,
          place: this.#store.place,
          ...(file !== undefined && { file }),
        },
      })
    }
  }
}

/** Numbers of the run folders, the latest first. */
export async function versionsIn(
  store: CheckpointStore,
  prefix: string,
): Promise<number[]> {
  const names = await store.folders(prefix.replace(/\/$/, ''))
  const numbers = names.flatMap((name) => VERSION.exec(name)?.[1] ?? [])
  return numbers.map(Number).sort((a, b) => b - a)
}

/** The file of a label. */
export function fileOf(label: string): string {
  return label + EXTENSION
}
