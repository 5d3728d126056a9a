import { type Json, shape } from '@regimen/core'
import { isFileName } from './catalog.js'
import { EXTENSION, freeName } from './file-name.js'
import type { CheckpointSettings } from './options.js'
import { type Dues, NO_DUES, type Plan } from './plan.js'
import { type Kept, leavingFor } from './retention.js'
import type { CheckpointInfo } from './snapshot-file.js'

/** The best score so far, and the save, the 0-based epoch and the optimizer steps that gave it. */
export interface BestSave {
  readonly score: number
  readonly sequence: number
  readonly epoch: number
  readonly step: number
}

/** What a run must remember to decide as if it had never been interrupted. */
export interface RunMemory {
  /** Tells runs apart; empty before the first save. */
  readonly run: string
  /** Its folder below the store. */
  readonly folder: string
  /** Saves so far. */
  readonly sequence: number
  /** Numbered files, the oldest first. */
  readonly kept: readonly Kept[]
  /** Numbered files that the latest save removed from the list. */
  readonly dropped: readonly string[]
  /** One that left it but stayed, as the run was resumed from it. Resumed from another, it goes. */
  readonly spared: string | null
  readonly best: BestSave | null
  readonly dues: Dues
}

/** A run that has not saved. */
export function newMemory(): RunMemory {
  const files = { kept: [], dropped: [], spared: null, best: null }
  return { run: '', folder: '', sequence: 0, ...files, dues: NO_DUES }
}

/** What a save is about. */
export interface SaveSubject {
  /** Name of the numbered file without its ending, before it is made unique. */
  readonly name: string
  readonly score: number | undefined
  /** The 0-based epoch and the completed optimizer steps. */
  readonly epoch: number
  readonly step: number
  /** A file that must stay: the one that the run was resumed from. */
  readonly protectedFile: string | undefined
}

/** The memory after a save, and the numbered file of it. */
export function afterSave(
  memory: RunMemory,
  plan: Plan,
  settings: CheckpointSettings,
  { name, score, epoch, step, protectedFile }: SaveSubject,
): { readonly memory: RunMemory; readonly numbered: string | undefined } {
  const sequence = memory.sequence + 1
  const best =
    plan.isBest && score !== undefined ? { score, sequence, epoch, step } : memory.best
  const next = { ...memory, sequence, best, dues: plan.dues }
  if (!plan.isNumbered) return { memory: { ...next, dropped: [] }, numbered: undefined }
  const scored = { score: score ?? null }
  const leaving = leavingFor(memory.kept, settings)
  const staying = memory.kept.filter((one) => !leaving.includes(one))
  const taken = new Set([...staying.map(({ file }) => file), protectedFile])
  const numbered = freeName(name, (free) => taken.has(free + EXTENSION)) + EXTENSION
  const left = leaving.map(({ file }) => file).filter((file) => file !== numbered)
  const dropped = left.filter((file) => file !== protectedFile)
  const spared = left.find((file) => file === protectedFile) ?? memory.spared
  const kept = [...staying, { file: numbered, ...scored }]
  return { memory: { ...next, kept, dropped, spared }, numbered }
}

/** What a file of this save says about itself. */
export function infoOf(
  { run, sequence }: RunMemory,
  { monitor = null }: { readonly monitor?: string | undefined | null },
  progress: Pick<CheckpointInfo, 'epoch' | 'batch' | 'step'> & {
    readonly score: number | undefined
  },
): CheckpointInfo {
  const { epoch, batch, step, score = null } = progress
  return { epoch, batch, step, score, monitor, run, sequence, savedAt: Date.now() }
}

/** {@link RunMemory} as it is saved. Where schedules stand is in the trainer's own part of a snapshot. */
export function memoryToJson(
  memory: RunMemory,
  { monitor, mode }: CheckpointSettings,
): Json {
  const { dues, ...rest } = memory
  const { numbered, last } = dues
  const ranking = { monitor: monitor ?? null, mode: mode ?? null }
  return { ...rest, numbered, last, ...ranking } as unknown as Json
}

const { count, flag, number, text, list, object, optional, orNull, that } = shape
const fileName = that('the name of a checkpoint', isFileName)
const folderName = that(
  'the name of a run folder',
  (name) =>
    typeof name === 'string' && /^$|^(?:[\w-][\w.-]*\/)?version_\d{1,15}$/.test(name),
)
const memoryFault = object({
  run: text,
  folder: folderName,
  sequence: count,
  kept: list(object({ file: fileName, score: orNull(number) })),
  dropped: list(fileName),
  spared: optional(orNull(fileName)),
  best: orNull(object({ score: number, sequence: count })),
  numbered: flag,
  last: flag,
  monitor: orNull(text),
  mode: orNull(text),
})

/** Checks a saved memory, which may come from a file of somebody else. @throws RangeError */
export function checkMemory(saved: Json): void {
  const fault = memoryFault(saved, 'state')
  if (fault !== undefined) throw new RangeError(fault)
}

/**
 * The memory of a resumed run, once {@link checkMemory} let it pass. Files that another metric ranked
 * are no longer among the best.
 */
export function memoryFromJson(
  saved: Json,
  { monitor, mode }: CheckpointSettings,
): RunMemory {
  const {
    run,
    folder,
    sequence,
    kept,
    dropped,
    spared = null,
    best,
    ...rest
  } = saved as unknown as RunMemory & {
    readonly numbered: boolean
    readonly last: boolean
    readonly monitor: string | null
    readonly mode: string | null
  }
  const isSame = rest.monitor === (monitor ?? null) && rest.mode === (mode ?? null)
  const dues = { numbered: rest.numbered, last: rest.last }
  const ranked = isSame ? { kept, dropped, best } : { kept: [], dropped: [], best: null }
  return { run, folder, sequence, spared, ...ranked, dues }
}
