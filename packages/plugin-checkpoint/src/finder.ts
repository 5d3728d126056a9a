import { isRegimenError, RegimenError, type Snapshot, suggestion } from '@regimen/core'
import { type CatalogEntry, isDamage, readCatalog } from './catalog.js'
import { isBetter } from './retention.js'
import { fileOf, versionsIn } from './run-folder.js'
import { unpackSnapshot } from './snapshot-file.js'
import type { CheckpointStore } from './store.js'

/** Where checkpoints are looked for. */
export interface Place {
  readonly store: CheckpointStore
  /** Of all names in the store: empty, or `id/`. */
  readonly prefix: string
  /** The folder to look in, rather than the newest. */
  readonly folder: string | undefined
  readonly mode: 'min' | 'max' | undefined
  /** Whether an older file may be used where the newest is damaged. */
  readonly fallback: boolean
  readonly warn: (message: string) => void
}

/** A checkpoint that was found whole. */
export interface Found {
  readonly snapshot: Snapshot
  /** Its name below the store; a path where it lies elsewhere. */
  readonly name: string
  /** Names of newer files that are damaged. */
  readonly damaged: readonly string[]
}

interface Shelf {
  readonly folder: string
  readonly entries: readonly CatalogEntry[]
  readonly unreadable: readonly string[]
}

/** When the newest state was saved, in milliseconds since 1970; `undefined` where there is none. */
export async function newestIn(place: Place): Promise<number | undefined> {
  return (await shelfOf(place))?.entries[0]?.savedAt
}

/**
 * Finds a checkpoint and verifies it. A label is looked for in the newest run folder that has any.
 *
 * @throws REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED
 */
export async function find(place: Place, reference: string): Promise<Found> {
  if (reference !== 'last' && reference !== 'best') return findPath(place, reference)
  const shelf = await shelfOf(place)
  if (!shelf) throw missing(`There is no checkpoint in ${place.store.place} yet`)
  const candidates = reference === 'last' ? shelf.entries : bestFirst(shelf.entries, place)
  const damaged = shelf.unreadable.slice()
  if (candidates.length === 0 && damaged.length === 0) {
    const advice = 'Give checkpoint a "monitor" and a "mode", or resume from "last".'
    throw missing(`No checkpoint in "${shelf.folder}" has a score, so none is the best`, advice)
  }
  const tried: string[] = []
  for (const name of damaged) place.warn(`"${name}" is damaged: its head cannot be read.`)
  for (const { file } of place.fallback ? candidates : candidates.slice(0, 1)) {
    const name = `${shelf.folder}/${file}`
    try {
      const snapshot = await unpackSnapshot(await place.store.read(name), name)
      if (damaged.length > 0) place.warn(`"${name}" is used instead, the next that is whole.`)
      return { snapshot, name, damaged }
    } catch (thrown) {
      if (!isDamage(thrown)) throw unreadable(name, thrown)
      const text = (thrown as { detail?: string }).detail ?? ''
      tried.push(text)
      damaged.push(name)
      place.warn(text)
    }
  }
  const text = tried.join(' ') || damaged.map((name) => `"${name}" cannot be read.`).join(' ')
  const whole = `No "${reference}" checkpoint is whole. ${text}`
  throw new RegimenError('REG_CHECKPOINT_DAMAGED', `${whole} ${START}.`)
}

async function findPath({ store, prefix }: Place, reference: string): Promise<Found> {
  const { readPath } = await import('#file-system')
  const names = [reference, prefix + reference]
  for (const name of names) {
    const bytes = await store.read(name).catch(() => undefined)
    if (bytes) return { snapshot: await unpackSnapshot(bytes, name), name, damaged: [] }
  }
  const { path, bytes } = await readPath(reference).catch((thrown: unknown) => {
    throw unreadable(reference, thrown)
  })
  if (!bytes) {
    const text = `There is no checkpoint "${reference}": neither ${path} nor a file of that name in`
    const hint = suggestion(reference, ['last', 'best']).trim()
    throw missing(`${text} ${store.place}`, hint || undefined)
  }
  const own = path.startsWith(store.place) ? path.slice(store.place.length + 1) : path
  const snapshot = await unpackSnapshot(bytes, reference)
  return { snapshot, name: own.replaceAll('\\', '/'), damaged: [] }
}

/** The newest folder with files. @throws REG_CHECKPOINT_MISSING where the store cannot be read */
async function shelfOf(place: Place): Promise<Shelf | undefined> {
  try {
    return await newestShelf(place)
  } catch (thrown) {
    throw isRegimenError(thrown) ? thrown : unreadable(place.store.place, thrown)
  }
}

async function newestShelf({ store, prefix, folder }: Place): Promise<Shelf | undefined> {
  const versions = await versionsIn(store, prefix)
  const folders = versions.map((version) => `${prefix}version_${version}`)
  for (const path of folder === undefined ? folders : [folder, ...folders]) {
    const unreadable: string[] = []
    const all = await readCatalog(store, path, (name) => unreadable.push(name))
    const entries = all.filter(({ file }) => file !== fileOf('exception'))
    if (entries.length + unreadable.length > 0) return { folder: path, entries, unreadable }
  }
  return undefined
}

function bestFirst(entries: readonly CatalogEntry[], { mode = 'min' }: Place): CatalogEntry[] {
  const label = entries.filter(({ file }) => file === fileOf('best'))
  const others = entries.filter((entry) => entry.score !== null && !label.includes(entry))
  const sorted = others.sort((a, b) => {
    const [x, y] = [a.score ?? Number.NaN, b.score ?? Number.NaN]
    return isBetter(mode, x, y) ? -1 : isBetter(mode, y, x) ? 1 : 0
  })
  return [...label, ...sorted]
}

const START = 'Leave resumeFrom out to begin anew, or give the path of a checkpoint'

function missing(text: string, advice?: string) {
  return new RegimenError('REG_CHECKPOINT_MISSING', `${text}. ${advice ?? `${START}.`}`)
}

function unreadable(name: string, thrown: unknown) {
  const { code, message = String(thrown) } = thrown as Partial<NodeJS.ErrnoException>
  const advice =
    code === 'EISDIR' ? ' Give the path of a file in that folder, "last" or "best".' : ''
  const text = `"${name}" could not be read: ${message}.${advice}`
  return new RegimenError('REG_CHECKPOINT_MISSING', text, { cause: thrown })
}
