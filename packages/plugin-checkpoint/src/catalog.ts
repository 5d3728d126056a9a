import { isRegimenError } from '@regimen/core'
import { EXTENSION, LABELS } from './file-name.js'
import { type CheckpointInfo, headSize, infoIn } from './snapshot-file.js'
import type { CheckpointStore, FileContent, StoredFile } from './store.js'

/** The list of a folder's checkpoints, kept beside them. */
export const INDEX = 'index.json'

/** A checkpoint as `index.json` lists it. */
export interface CatalogEntry extends CheckpointInfo {
  /** Its name in the folder: `last.safetensors`. */
  readonly file: string
  /** Of the tensor bytes, in hex. */
  readonly sha256: string
  readonly size: number
  /** When the file was written, in milliseconds since 1970. */
  readonly modifiedMs: number
}

/** What stands in `index.json`. */
export interface Catalog {
  readonly format: 1
  /** The newest state first. */
  readonly files: readonly CatalogEntry[]
}

/**
 * The checkpoints in a folder, the newest state first. `index.json` is believed where it fits the
 * files; of all others the heads are read.
 *
 * @param unreadable told of each file that has no readable head
 */
export async function readCatalog(
  store: CheckpointStore,
  folder: string,
  unreadable: (name: string, error: unknown) => void = () => {},
): Promise<CatalogEntry[]> {
  const stored = await store.list(folder)
  const files = stored.filter(({ name }) => name.endsWith(EXTENSION))
  const listed = files.length > 0 ? await readIndex(store, folder, stored) : new Map()
  const entries: CatalogEntry[] = []
  for (const file of files) {
    const known = listed.get(baseOf(file.name))
    const isFresh = known?.size === file.size && known.modifiedMs === file.modifiedMs
    try {
      entries.push(isFresh ? known : await entryOf(store, file))
    } catch (thrown) {
      unreadable(file.name, thrown)
    }
  }
  return entries.sort(byAge)
}

/** The content of `index.json`. */
export function catalogContent(entries: Iterable<CatalogEntry>): FileContent {
  const catalog: Catalog = { format: 1, files: [...entries].sort(byAge) }
  const text = `${JSON.stringify(catalog, undefined, 2)}\n`
  return { head: new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>, body: [] }
}

/** Whether a file carries a label, rather than numbers. */
export function isLabel(file: string): boolean {
  return LABELS.some((label) => file === label + EXTENSION)
}

/** The newest first; of files of one state the label. */
function byAge(a: CatalogEntry, b: CatalogEntry): number {
  const [x, y] = [Number(isLabel(a.file)), Number(isLabel(b.file))]
  return b.sequence - a.sequence || y - x || (a.file < b.file ? -1 : 1)
}

async function entryOf(store: CheckpointStore, file: StoredFile): Promise<CatalogEntry> {
  const { name, size, modifiedMs } = file
  const start = await store.read(name, { start: 0, end: Math.min(8, size) })
  const end = start.length === 0 ? 0 : headSize(start, name)
  const head = await store.read(name, { start: 0, end: Math.min(end, size) })
  return { file: baseOf(name), ...infoIn(head, name), size, modifiedMs }
}

async function readIndex(
  store: CheckpointStore,
  folder: string,
  stored: readonly StoredFile[],
): Promise<Map<string, CatalogEntry>> {
  const name = `${folder}/${INDEX}`
  if (!stored.some((file) => file.name === name)) return new Map()
  try {
    const text = new TextDecoder().decode(await store.read(name))
    const { format, files } = JSON.parse(text) as Catalog
    return new Map(format === 1 ? files.map((entry) => [entry.file, entry]) : [])
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) return new Map()
    throw thrown
  }
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** Whether an error says that a file is not whole. */
export function isDamage(thrown: unknown): boolean {
  return isRegimenError(thrown) && thrown.code === 'REG_CHECKPOINT_DAMAGED'
}
