import { readCatalog } from './catalog.js'
import { fileOf, RunFolder } from './run-folder.js'
import type { RunMemory } from './run-memory.js'
import type { CheckpointStore } from './store.js'

/** What is known of the checkpoint that a run resumes from. */
export interface Origin {
  /** Its name below the store, or a path. */
  readonly origin: string | undefined
  /** Newer files that are damaged. */
  readonly damaged: readonly string[]
}

/**
 * Goes on in the folder of a run, if nothing newer of it is there; finishes what a kill interrupted.
 * From an older state a new run begins, in a folder of its own.
 *
 * @returns `undefined` for a new folder
 */
export async function resumeMemory(
  store: CheckpointStore,
  memory: RunMemory,
  { origin = '', damaged }: Origin,
): Promise<{ readonly memory: RunMemory; readonly folder: RunFolder } | undefined> {
  if (memory.folder === '') return undefined
  // The name comes from a checkpoint: it must be that of a folder which is really there.
  const [base = '', ...above] = memory.folder.split('/').reverse()
  if (!(await store.folders(above.reverse().join('/'))).includes(base)) return undefined
  const isDamaged = (file: string) => damaged.includes(`${memory.folder}/${file}`)
  const all = await readCatalog(store, memory.folder, { isIndexIgnored: true })
  const entries = all.filter(({ file }) => !isDamaged(file))
  const ofRun = entries.filter(({ run }) => run === memory.run)
  if (ofRun.length === 0 || ofRun.some(({ sequence }) => sequence > memory.sequence))
    return undefined
  const folder = await RunFolder.reopen(store, memory.folder)
  for (const file of damaged) folder.entries.delete(file.slice(memory.folder.length + 1))
  const kept = memory.kept.filter(({ file }) => folder.entries.has(file))
  await finish(folder, { ...memory, kept }, origin)
  const spared = origin === `${folder.path}/${memory.spared}` ? memory.spared : null
  return { memory: { ...memory, kept, spared }, folder }
}

/** The labels that were still to be refreshed, and the files still to be removed. */
async function finish(
  folder: RunFolder,
  memory: RunMemory,
  origin: string,
): Promise<void> {
  const { sequence, best, kept, dropped, spared } = memory
  const of = (wanted: number | undefined) =>
    [...folder.entries.values()].find((entry) => entry.sequence === wanted)
  const leftOver = [...dropped, spared ?? ''].filter(
    (file) =>
      folder.entries.has(file) &&
      `${folder.path}/${file}` !== origin &&
      !kept.some((one) => one.file === file),
  )
  for (const [label, wanted] of [
    ['last', sequence],
    ['best', best?.sequence],
  ] as const) {
    const labelled = folder.entries.get(fileOf(label))
    const source = of(wanted)
    if (source && labelled && labelled.sequence < (wanted ?? 0)) {
      await folder.copy(source, fileOf(label))
    }
  }
  await folder.remove(leftOver)
  await folder.writeIndex()
}
