import {
  describeFileError,
  isRegimenError,
  RegimenError,
  type Snapshot,
  suggestion,
} from '@regimen/core'
import {
  type CatalogEntry,
  readCatalog,
  type Unreadable,
  unreadableFor,
} from './catalog.js'
import { isBetterScore } from './retention.js'
import { fileOf, versionsIn } from './run-folder.js'
import { type CheckpointInfo, infoIn, openSnapshot } from './snapshot-file.js'
import type { CheckpointStore } from './store.js'

/** Where checkpoints are looked for. */
export interface Place {
  readonly store: CheckpointStore
  /** Of all names in the store: empty, or `id/`. */
  readonly prefix: string
  /** The folder to look in, instead of the latest. */
  readonly folder: string | undefined
  readonly mode: 'min' | 'max' | undefined
  /** Whether an older file may be used if the latest is damaged. */
  readonly fallback: boolean
  readonly warn: (message: string) => void
  /** Whether `index.json` is left aside. */
  readonly isIndexIgnored?: boolean
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
  readonly unreadable: readonly Unreadable[]
}

type Label = 'last' | 'best'

/** When the latest state was saved, in milliseconds since 1970, if there is one. */
export const newestIn = async (place: Place): Promise<number | undefined> =>
  (await shelfOf(place))?.entries[0]?.savedAt

/** Whether nothing was ever saved: files that cannot be read are something. */
export const isEmpty = async (place: Place): Promise<boolean> =>
  (await shelfOf(place)) === undefined

/**
 * Finds a checkpoint and verifies it. A label is looked up in the latest run folder that has any.
 *
 * @throws REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED
 */
export async function find(place: Place, reference: string): Promise<Found> {
  if (reference !== 'last' && reference !== 'best') return findPath(place, reference)
  // If the index contradicts a file, the files are read instead.
  return (
    (await findLabel(place, reference)) ??
    ((await findLabel({ ...place, isIndexIgnored: true }, reference)) as Found)
  )
}

/** @returns nothing if `index.json` is found to be wrong */
async function findLabel(place: Place, label: Label): Promise<Found | undefined> {
  const shelf = await shelfOf(place)
  if (!shelf) throw missing(label, `There is no checkpoint in ${place.store.place} yet`)
  const candidates = label === 'last' ? shelf.entries : bestFirst(shelf.entries, place)
  if (candidates.length === 0 && shelf.unreadable.length === 0) {
    const advice = 'Give checkpoint a "monitor" and a "mode", or resume from "last".'
    throw missing(
      label,
      `No checkpoint in "${shelf.folder}" has a score, so none is the best`,
      advice,
    )
  }
  const failed: Omit<Unreadable, 'known'>[] = [...shelf.unreadable]
  const allowed = place.fallback
    ? candidates
    : candidates.slice(0, isCertain(shelf, candidates[0], label) ? 1 : 0)
  if (place.fallback) for (const { reason } of failed) place.warn(reason)
  for (const entry of allowed) {
    const name = `${shelf.folder}/${entry.file}`
    try {
      const bytes = await place.store.read(name)
      const snapshot = await openSnapshot(bytes, name)
      if (!isSameState(infoIn(bytes, name), entry)) return undefined
      if (failed.length > 0 && place.fallback) {
        place.warn(`"${name}" is used instead, the next that is whole.`)
      }
      return { snapshot, name, damaged: failed.map((one) => one.name) }
    } catch (thrown) {
      const file = unreadableFor(name, thrown)
      failed.push(file)
      if (place.fallback) place.warn(file.reason)
    }
  }
  throw noneWhole(label, failed, place)
}

/**
 * Whether a file is what its label stands for, although others cannot be read: none of them may be
 * newer or better.
 */
function isCertain(shelf: Shelf, entry: CatalogEntry | undefined, label: Label): boolean {
  if (entry === undefined) return false
  if (label === 'best' && entry.file === fileOf('best')) return true
  return shelf.unreadable.every(({ name, known }) => {
    if (name === `${shelf.folder}/${fileOf(label)}` || known === undefined) return false
    return label === 'last' && known.sequence <= entry.sequence
  })
}

function isSameState(file: CheckpointInfo, entry: CatalogEntry): boolean {
  const keys = ['run', 'sequence', 'score', 'step', 'savedAt'] as const
  return keys.every((key) => file[key] === entry[key])
}

function noneWhole(
  label: Label,
  failed: readonly Omit<Unreadable, 'known'>[],
  place: Place,
) {
  const files = failed.map(({ name }) => name)
  const reasons = failed.map(({ reason }) => reason).join(' ')
  const isDamaged = failed.some((one) => one.isDamaged)
  const code = isDamaged ? 'REG_CHECKPOINT_DAMAGED' : 'REG_CHECKPOINT_MISSING'
  const what = place.fallback
    ? `No "${label}" checkpoint is whole`
    : `The "${label}" checkpoint cannot be determined or is not whole, and "fallback" of checkpoint is false`
  const text = `${what}. ${reasons} ${START}.`
  return new RegimenError(code, text, { data: { reference: label, files } })
}

async function findPath({ store, prefix }: Place, reference: string): Promise<Found> {
  const { readPath } = await import('#file-system')
  const names = [reference, prefix + reference]
  for (const name of names) {
    const bytes = await store.read(name).catch(() => undefined)
    if (bytes) return { snapshot: await openSnapshot(bytes, name), name, damaged: [] }
  }
  const { path, bytes } = await readPath(reference).catch((thrown: unknown) => {
    throw unreadable(reference, thrown)
  })
  if (!bytes) {
    const text = `There is no checkpoint "${reference}": neither ${path} nor a file of that name in`
    const hint = suggestion(reference, ['last', 'best']).trim()
    throw missing(reference, `${text} ${store.place}`, hint || undefined)
  }
  const relativePath = path.startsWith(store.place)
    ? path.slice(store.place.length + 1)
    : path
  const snapshot = await openSnapshot(bytes, reference)
  return { snapshot, name: relativePath.replaceAll('\\', '/'), damaged: [] }
}

/** The latest folder with files. @throws REG_CHECKPOINT_MISSING if the store cannot be read */
async function shelfOf(place: Place): Promise<Shelf | undefined> {
  try {
    return await newestShelf(place)
  } catch (thrown) {
    throw isRegimenError(thrown) ? thrown : unreadable(place.store.place, thrown)
  }
}

async function newestShelf(place: Place): Promise<Shelf | undefined> {
  const { store, prefix, folder, isIndexIgnored = false } = place
  const versions = await versionsIn(store, prefix)
  const folders = versions.map((version) => `${prefix}version_${version}`)
  for (const path of folder === undefined ? folders : [folder, ...folders]) {
    const unreadable: Unreadable[] = []
    const take = (file: Unreadable) => {
      if (!file.name.endsWith(`/${fileOf('exception')}`)) unreadable.push(file)
    }
    const all = await readCatalog(store, path, { isIndexIgnored, unreadable: take })
    const entries = all.filter(({ file }) => file !== fileOf('exception'))
    if (entries.length + unreadable.length > 0)
      return { folder: path, entries, unreadable }
  }
  return undefined
}

function bestFirst(
  entries: readonly CatalogEntry[],
  { mode = 'min' }: Place,
): CatalogEntry[] {
  const label = entries.filter(({ file }) => file === fileOf('best'))
  const others = entries.filter((entry) => entry.score !== null && !label.includes(entry))
  const sorted = others.sort((a, b) => {
    const [x, y] = [a.score ?? Number.NaN, b.score ?? Number.NaN]
    return isBetterScore(mode, x, y) ? -1 : isBetterScore(mode, y, x) ? 1 : 0
  })
  return [...label, ...sorted]
}

const START = 'Omit resumeFrom to start over, or pass the path of a checkpoint'
function missing(reference: string, text: string, advice?: string) {
  return new RegimenError('REG_CHECKPOINT_MISSING', `${text}. ${advice ?? `${START}.`}`, {
    data: { reference },
  })
}

function unreadable(name: string, thrown: unknown) {
  const isFolder = (thrown as NodeJS.ErrnoException).code === 'EISDIR'
  const advice = isFolder ? ' Give the path of a file in it, "last" or "best".' : ''
  const text = `"${name}" could not be read: ${describeFileError(thrown)}.${advice}`
  return new RegimenError('REG_CHECKPOINT_MISSING', text, {
    cause: thrown,
    data: { reference: name },
  })
}
