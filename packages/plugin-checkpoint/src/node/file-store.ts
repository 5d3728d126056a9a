import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import type { CheckpointStore, FileContent, StoredFile, Written } from '../store.js'
import { type StepListener, WriteThread } from './write-thread.js'

/** What {@link fileStore} may be told. */
export interface FileStoreOptions {
  /**
   * Called at each instant of a write, which waits for it; what it throws fails the write. For tests
   * that kill the process or fill the disk in the middle of a write.
   */
  readonly onStep?: StepListener
}

/**
 * A store that keeps files in a folder. It writes in a thread of its own: to a temporary file, then
 * fsync, rename, fsync of the folder.
 *
 * @param folder absolute, or relative to the current folder; `~` is the home folder
 */
export function fileStore(folder: string, { onStep }: FileStoreOptions = {}): CheckpointStore {
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
  return { path: absolute, bytes: await readFile(absolute).catch(unlessMissing) }
}

/** Writes some files to a folder that is made where it is missing. */
export async function writeFolder(
  folder: string,
  files: Readonly<Record<string, FileContent>>,
): Promise<void> {
  const store = fileStore(folder)
  await mkdir(store.place, { recursive: true })
  try {
    for (const [name, content] of Object.entries(files)) await store.write(name, content)
  } finally {
    await store.close()
  }
}

class FileStore implements CheckpointStore {
  readonly place: string
  readonly #thread: WriteThread

  constructor(place: string, listener: StepListener | undefined) {
    this.place = place
    this.#thread = new WriteThread(listener)
  }

  async folders(folder: string): Promise<string[]> {
    const entries = await readdir(this.#path(folder), { withFileTypes: true }).catch(unlessMissing)
    return (entries ?? []).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  }

  async list(folder: string): Promise<StoredFile[]> {
    const names = (await readdir(this.#path(folder)).catch(unlessMissing)) ?? []
    const whole = names.filter((name) => !name.endsWith('.tmp'))
    const files = await Promise.all(whole.map((name) => this.#describe(`${folder}/${name}`)))
    return files.filter((file) => file !== undefined)
  }

  async read(name: string, range?: { start: number; end: number }): Promise<Uint8Array> {
    if (!range) return readFile(this.#path(name))
    const file = await open(this.#path(name))
    try {
      const buffer = new Uint8Array(range.end - range.start)
      const { bytesRead } = await file.read(buffer, 0, buffer.length, range.start)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  }

  write(name: string, content: FileContent): Promise<Written> {
    return this.#thread.run({ kind: 'write', path: this.#path(name), content })
  }

  copy(from: string, to: string): Promise<Written> {
    return this.#thread.run({ kind: 'copy', path: this.#path(to), from: this.#path(from) })
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true })
  }

  async claim(folder: string): Promise<boolean> {
    await mkdir(dirname(this.#path(folder)), { recursive: true })
    try {
      await mkdir(this.#path(folder), { recursive: false })
      return true
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw thrown
    }
  }

  async tidy(folder: string): Promise<void> {
    const names = (await readdir(this.#path(folder)).catch(unlessMissing)) ?? []
    for (const name of names) if (name.endsWith('.tmp')) await this.remove(`${folder}/${name}`)
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  #path(name: string): string {
    return join(this.place, name)
  }

  async #describe(name: string): Promise<StoredFile | undefined> {
    const found = await stat(this.#path(name)).catch(unlessMissing)
    if (!found?.isFile()) return undefined
    return { name, size: found.size, modifiedMs: found.mtimeMs }
  }
}

function homeExpanded(path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
}

function unlessMissing(thrown: unknown): undefined {
  const { code } = thrown as NodeJS.ErrnoException
  if (code !== 'ENOENT' && code !== 'ENOTDIR') throw thrown
}
