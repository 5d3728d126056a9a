import {
  describeFileError,
  isRegimenError,
  type Json,
  type RegimenError,
  shape,
} from '@regimen/core'
import { EXTENSION, LABELS } from './file-name.js'
import { parseUntrusted } from './json-guard.js'
import { type CheckpointInfo, headSize, infoIn, infoShape } from './snapshot-file.js'
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
  /** Ids of the runs that wrote to the folder, as their loggers call them: `runId` in a `run.json`. */
  readonly logs?: readonly string[]
  /** The latest state first. */
  readonly files: readonly CatalogEntry[]
}

/** A checkpoint that cannot be read. */
export interface Unreadable {
  /** Its name below the store. */
  readonly name: string
  /** A sentence that names it. */
  readonly reason: string
  /** Whether the file itself is at fault, rather than the system that did not give it. */
  readonly isDamaged: boolean
  /** Its age and score, if `index.json` still has them. */
  readonly known: CheckpointInfo | undefined
}

/** Options of {@link readCatalog}. */
export interface CatalogOptions {
  /** Called for each file that has no readable head. */
  readonly unreadable?: (file: Unreadable) => void
  /** Whether to ignore `index.json`, because it contradicts the files. */
  readonly isIndexIgnored?: boolean
}

/**
 * The checkpoints in a folder, the latest state first. `index.json` is believed if it agrees with the
 * files; of all others the heads are read. Nothing but names that the folder itself has is read.
 */
export async function readCatalog(
  store: CheckpointStore,
  folder: string,
  { unreadable = () => {}, isIndexIgnored = false }: CatalogOptions = {},
): Promise<CatalogEntry[]> {
  const stored = await store.list(folder)
  const files = stored.filter(({ name }) => name.endsWith(EXTENSION))
  const listed = files.length > 0 ? await readIndex(store, folder, stored) : new Map()
  const entries: CatalogEntry[] = []
  for (const file of files) {
    const known = listed.get(baseOf(file.name))
    const isFresh = known?.size === file.size && known.modifiedMs === file.modifiedMs
    try {
      if (file.problem !== undefined) {
        const reason = `"${file.name}" is ${file.problem}, not a checkpoint.`
        unreadable({ name: file.name, reason, known, isDamaged: true })
      } else entries.push(isFresh && !isIndexIgnored ? known : await entryOf(store, file))
    } catch (thrown) {
      unreadable({ ...unreadableFor(file.name, thrown), known })
    }
  }
  return entries.sort(byAge)
}

/** A file for which reading threw. */
export function unreadableFor(name: string, thrown: unknown): Omit<Unreadable, 'known'> {
  if (isDamage(thrown)) return { name, reason: thrown.detail, isDamaged: true }
  return {
    name,
    reason: `"${name}" could not be read: ${describeFileError(thrown)}.`,
    isDamaged: false,
  }
}

/** Ids of the runs that wrote to a folder, as far as `index.json` says. */
export async function logsIn(store: CheckpointStore, folder: string): Promise<string[]> {
  const stored = await store.list(folder)
  const { logs = [] } = (await indexIn(store, folder, stored)) ?? {}
  return Array.isArray(logs) ? logs.filter((one) => typeof one === 'string') : []
}

/** The content of `index.json`. */
export function catalogContent(
  entries: Iterable<CatalogEntry>,
  logs: Iterable<string>,
): FileContent {
  const files = [...entries].sort(byAge)
  const catalog: Catalog = { format: 1, logs: [...logs], files }
  return jsonContent(catalog)
}

/** A value as a file of JSON. */
export function jsonContent(value: object | Json): FileContent {
  const text = `${JSON.stringify(value, undefined, 2)}\n`
  return { head: new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>, body: [] }
}

/** Whether a file carries a label, rather than numbers. */
export function isLabel(file: string): boolean {
  return LABELS.some((label) => file === label + EXTENSION)
}

/** Whether a text is the name of a checkpoint in a folder, and leads nowhere else. */
export function isFileName(name: unknown): boolean {
  return (
    typeof name === 'string' &&
    name.endsWith(EXTENSION) &&
    /^[^./\\\0][^/\\\0]*$/.test(name)
  )
}

const MOST_INDEX_BYTES = 2 ** 26
const { count, finite, text, that } = shape
const fileName = that('the name of a checkpoint in this folder', isFileName)
const entryShape = {
  ...infoShape,
  file: fileName,
  sha256: text,
  size: count,
  modifiedMs: finite,
}
const format = that('1', (value) => value === 1)
const indexFault = shape.object({ format, files: shape.list(shape.object(entryShape)) })

/** The latest first; of files of one state the label. */
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
  const index = await indexIn(store, folder, stored)
  return new Map(index?.files.map((entry) => [entry.file, entry]))
}

async function indexIn(
  store: CheckpointStore,
  folder: string,
  stored: readonly StoredFile[],
): Promise<Catalog | undefined> {
  const name = `${folder}/${INDEX}`
  const file = stored.find((one) => one.name === name)
  if (!file || file.problem !== undefined || file.size > MOST_INDEX_BYTES)
    return undefined
  const bytes = await store.read(name).catch(() => new Uint8Array())
  const index = parsed(new TextDecoder().decode(bytes)) as Catalog | undefined
  return indexFault(index, INDEX) === undefined ? index : undefined
}

function parsed(text: string): unknown {
  try {
    return parseUntrusted(text)
  } catch {
    return undefined
  }
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}

/** Whether an error says that a file is not whole. */
export function isDamage(thrown: unknown): thrown is RegimenError {
  return isRegimenError(thrown) && thrown.code === 'REG_CHECKPOINT_DAMAGED'
}
