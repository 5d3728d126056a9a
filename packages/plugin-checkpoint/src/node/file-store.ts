import { mkdirSync } from 'node:fs'
import { lstat, open, readdir, realpath, rm, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import {
  abandonClaim,
  confirmClaim,
  makeFolder,
  markClaim,
  tidyFolder,
  tidyRuns,
} from '@regimen/core/files'
import type { CheckpointStore, FileContent, StoredFile, Written } from '../store.js'
import { checkFolder } from './check-folder.js'
import { homeExpanded, isWithin } from './paths.js'
import { assertFile, kindOf, readWhole, unlessMissing } from './read-file.js'
import { type StepListener, WriteThread } from './write-thread.js'

/** Options of {@link fileStore}. */
export interface FileStoreOptions {
  /**
   * Called at each instant of a write, which waits for it; what it throws fails the write. For tests
   * that kill the process or fill the disk in the middle of a write.
   */
  readonly onStep?: StepListener
}

/**
 * A store that keeps files in a folder. It writes in a separate thread: to a temporary file, then
 * fsync, rename, fsync of the folder.
 *
 * @param folder absolute, or relative to the current folder; `~` is the home folder
 */
export function fileStore(
  folder: string,
  { onStep }: FileStoreOptions = {},
): CheckpointStore {
  return new FileStore(resolve(homeExpanded(folder)), onStep)
}

/**
 * A store in `folder`, which is put below `rootDir` unless it is absolute or, seen from the current
 * folder, in it already: `runs/mnist` is not put into `runs` once more.
 */
export function fileStoreBelow(rootDir: string, folder: string): CheckpointStore {
  const expanded = homeExpanded(folder)
  const root = resolve(homeExpanded(rootDir))
  const isInside = `${resolve(expanded)}${sep}`.startsWith(`${root}${sep}`)
  return fileStore(isAbsolute(expanded) || isInside ? expanded : join(root, expanded))
}

/**
 * A file anywhere, by a path that may be relative to the current folder.
 *
 * @returns its absolute path, and its bytes unless there is none
 */
export async function readPath(
  path: string,
): Promise<{ readonly path: string; readonly bytes: Uint8Array | undefined }> {
  const absolute = resolve(homeExpanded(path))
  return { path: absolute, bytes: await readWhole(absolute).catch(unlessMissing) }
}

/** Writes some files to a folder that is made if it is missing. */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, FileContent>>,
): Promise<void> {
  const store = fileStore(folder)
  makeFolder(store.place)
  await tidyFolder(store.place)
  try {
    for (const [name, content] of Object.entries(files)) await store.write(name, content)
  } finally {
    await store.close()
  }
}

class FileStore implements CheckpointStore {
  readonly place: string
  readonly #thread: WriteThread
  /** Folders that were claimed and have no file yet. */
  readonly #claimed = new Set<string>()

  constructor(place: string, listener: StepListener | undefined) {
    this.place = place
    this.#thread = new WriteThread(listener)
  }

  async folders(folder: string): Promise<string[]> {
    if (await this.#leadsOut(folder)) return []
    const entries = await readdir(this.#path(folder), { withFileTypes: true }).catch(
      unlessMissing,
    )
    return (entries ?? []).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  }

  async list(folder: string): Promise<StoredFile[]> {
    if (await this.#leadsOut(folder)) return []
    const names = (await readdir(this.#path(folder)).catch(unlessMissing)) ?? []
    const whole = names.filter((name) => !name.endsWith('.tmp'))
    const files = await Promise.all(
      whole.map((name) => this.#describe(`${folder}/${name}`)),
    )
    return files.filter((file) => file !== undefined)
  }

  async read(name: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    const path = this.#path(name)
    if (!range) return readWhole(path)
    await assertFile(path)
    const file = await open(path)
    try {
      const buffer = new Uint8Array(range.end - range.start)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, range.start)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  async write(name: string, content: FileContent): Promise<Written> {
    const path = this.#path(name)
    const written = await this.#thread.run({ kind: 'write', path, content })
    if (this.#claimed.delete(dirname(path))) confirmClaim(dirname(path))
    return written
  }

  copy(from: string, to: string): Promise<Written> {
    return this.#thread.run({
      kind: 'copy',
      path: this.#path(to),
      from: this.#path(from),
    })
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true })
  }

  async check(): Promise<void> {
    checkFolder(this.place)
  }

  async claim(folder: string): Promise<boolean> {
    if (await this.#leadsOut(dirname(folder))) {
      throw new Error(`"${dirname(folder)}" is a link that leads out of ${this.place}`)
    }
    const path = this.#path(folder)
    makeFolder(dirname(path))
    try {
      mkdirSync(path)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw thrown
    }
    markClaim(path)
    this.#claimed.add(path)
    // The number of a folder that this removes stays taken: the one claimed is newer.
    await tidyRuns(dirname(path))
    return true
  }

  async tidy(folder: string): Promise<void> {
    if (await this.#leadsOut(folder)) return
    await tidyFolder(this.#path(folder))
    if (!(await this.#leadsOut(dirname(folder))))
      await tidyRuns(dirname(this.#path(folder)))
  }

  async release(folder: string): Promise<boolean> {
    const path = this.#path(folder)
    return this.#claimed.delete(path) && abandonClaim(path)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  #path(name: string): string {
    return join(this.place, name)
  }

  async #describe(name: string): Promise<StoredFile | undefined> {
    const path = this.#path(name)
    const entry = await lstat(path).catch(unlessMissing)
    if (!entry) return undefined
    const { size, mtimeMs: modifiedMs } = entry
    if (entry.isFile()) return { name, size, modifiedMs }
    const isLink = entry.isSymbolicLink()
    const problem = isLink ? await this.#problemOfLink(path) : kindOf(entry)
    if (problem !== undefined) return { name, size, modifiedMs, problem }
    const target = await stat(path)
    return { name, size: target.size, modifiedMs: target.mtimeMs }
  }

  /** What is wrong with a link: only one to a file of this store is followed. */
  async #problemOfLink(path: string): Promise<string | undefined> {
    try {
      const target = await realpath(path)
      if (!isWithin(await realpath(this.place), target))
        return `a link that leads out of ${this.place}`
      const found = await stat(target)
      return found.isFile() ? undefined : `a link to ${kindOf(found)}`
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (code === 'ELOOP') return 'a link that leads in a circle'
      return `a link to nothing (${code})`
    }
  }

  /** Whether a folder is, through a link, one outside of this store. */
  async #leadsOut(folder: string): Promise<boolean> {
    if (folder === '' || folder === '.') return false
    const target = await realpath(this.#path(folder)).catch(unlessMissing)
    return target !== undefined && !isWithin(await realpath(this.place), target)
  }
}
