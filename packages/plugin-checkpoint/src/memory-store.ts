import { sealed } from './digest.js'
import type { CheckpointStore, FileContent, Written } from './store.js'

interface Kept extends Written {
  readonly bytes: Uint8Array
}

/**
 * A store that keeps files in memory, for tests and browsers. It lasts as long as it is held.
 *
 * @example
 * const store = memoryStore()
 * new Trainer({ plugins: [checkpoint({ store })] })
 */
export function memoryStore(): CheckpointStore {
  const files = new Map<string, Kept>()
  const folders = new Set<string>()
  const place = `memory ${crypto.randomUUID()}`
  const kept = (name: string): Kept => {
    const file = files.get(name)
    if (file) return file
    throw Object.assign(new Error(`ENOENT: there is no "${name}"`), { code: 'ENOENT' })
  }
  return {
    place,
    folders: async (folder) =>
      [...folders]
        .filter((name) => parentOf(name) === folder)
        .map((name) => name.split('/').at(-1) ?? ''),
    list: async (folder) =>
      [...files].flatMap(([name, { size, modifiedMs }]) =>
        parentOf(name) === folder ? [{ name, size, modifiedMs }] : [],
      ),
    read: async (name, { start, end } = { start: 0, end: Number.POSITIVE_INFINITY }) =>
      kept(name).bytes.slice(start, Math.min(end, kept(name).size)),
    write: async (name: string, content: FileContent) => {
      const { bytes, sha256 } = await sealed(content)
      const file = { bytes, sha256, size: bytes.length, modifiedMs: Date.now() }
      files.set(name, file)
      return { sha256, size: file.size, modifiedMs: file.modifiedMs }
    },
    copy: async (from, to) => {
      const file = { ...kept(from), modifiedMs: Date.now() }
      files.set(to, file)
      return { sha256: file.sha256, size: file.size, modifiedMs: file.modifiedMs }
    },
    remove: async (name) => {
      files.delete(name)
    },
    claim: async (folder) => {
      const isTaken = folders.has(folder)
      folders.add(folder)
      return !isTaken
    },
    tidy: async () => undefined,
    close: async () => undefined,
  }
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf('/')))
}
