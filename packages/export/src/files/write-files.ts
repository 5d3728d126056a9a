import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { RegimenError } from '@regimen/core'
import {
  describeFileError,
  flushFile,
  isLeftover,
  makeFolder,
  renameFileSync,
  temporaryPath,
  tidyFolder,
} from '@regimen/core/files'

/** Contents of files by their names in a folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>

/** Options of {@link writeFiles}. */
export interface WriteOptions {
  /** Whether files of the same names are replaced. Default `false`. */
  readonly force?: boolean
}

/**
 * Writes all files to a folder, or none. A new folder is filled beside its place and moved there in one step. In a
 * folder that exists each file is written beside its place and flushed to the disk, then all are moved, the last one
 * last. On failure everything is as it was; a process that is killed leaves whole files only.
 *
 * @param folder made if it is missing
 * @throws REG_EXPORT_WRITE if a file is there already and `force` is not given, or the disk refuses
 */
export async function writeFiles(
  folder: string,
  files: Files,
  { force = false }: WriteOptions = {},
): Promise<void> {
  const root = resolve(folder)
  const names = Object.keys(files)
  if (!force) refuseExisting(root, names)
  const isNew = !exists(root)
  const parent = dirname(root)
  const staged = temporaryPath(join(parent, `.${basename(root)}`))
  const temporaries = new Map<string, string>()
  let made: string | undefined
  try {
    made = makeFolder(isNew ? parent : root)
    if (isNew) {
      removeStaged(parent, basename(root))
      mkdirSync(staged)
    } else await tidyFolder(root)
    for (const name of names) {
      const path = isNew ? join(staged, name) : temporaryPath(join(root, `.${name}`))
      temporaries.set(name, path)
      await writeWhole(path, files[name] as string | Uint8Array)
    }
    if (isNew) renameFileSync(staged, root)
    else moveAll(root, temporaries)
  } catch (thrown) {
    for (const path of temporaries.values()) await rm(path, { force: true })
    if (exists(staged)) rmSync(staged, { recursive: true, force: true })
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    const text = `The export to ${root} could not be written: ${describeFileError(thrown)}. Nothing was changed.`
    throw new RegimenError('REG_EXPORT_WRITE', text, {
      cause: thrown,
      data: { folder: root },
    })
  }
}

/** Removes the folders in which killed processes were filling this one. */
function removeStaged(parent: string, name: string): void {
  const left = readdirSync(parent).filter(
    (entry) => entry.startsWith(`.${name}.`) && isLeftover(entry),
  )
  for (const entry of left) rmSync(join(parent, entry), { recursive: true, force: true })
}

function refuseExisting(root: string, names: readonly string[]): void {
  const found = names.filter((name) => exists(join(root, name)))
  if (found.length === 0) return
  const what = found.map((name) => `"${name}"`).join(', ')
  const text = `${root} has ${what} already. Give another folder, or "force" to replace them.`
  throw new RegimenError('REG_EXPORT_WRITE', text, {
    data: { folder: root, files: found },
  })
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, 'w')
  try {
    await handle.writeFile(content)
    await flushFile(handle)
  } finally {
    await handle.close()
  }
}

/** Moves files to their places; if one cannot be, those before it are taken back. */
function moveAll(root: string, temporaries: ReadonlyMap<string, string>): void {
  const undo: (() => void)[] = []
  const replaced: string[] = []
  try {
    for (const [name, temporary] of temporaries) {
      const target = join(root, name)
      if (exists(target)) {
        // The name always stands for a whole file: the old one gets a second name, the new one takes its place.
        const old = temporaryPath(join(root, `.${name}`))
        secondName(target, old)
        replaced.push(old)
        undo.push(() => renameSync(old, target))
      } else undo.push(() => rmSync(target, { force: true }))
      renameFileSync(temporary, target)
    }
  } catch (thrown) {
    for (const step of undo.toReversed()) step()
    throw thrown
  }
  for (const old of replaced) rmSync(old, { recursive: true, force: true })
}

function secondName(path: string, other: string): void {
  try {
    linkSync(path, other)
  } catch {
    // Not every file system has links, and a folder has none: moving it there fails next, and is said.
    copyFileSync(path, other)
  }
}

function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    // A file stands where a folder should: making that folder says so.
    return false
  }
}
