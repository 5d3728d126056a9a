import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'
import { folderSize, removeRunFolder } from './folder-content.js'
import {
  type PrunedCheckpoints,
  planCheckpoints,
  removeCheckpoints,
} from './prune-checkpoints.js'
import { type PruneRule, prunePlan, type Verdict } from './prune-plan.js'
import type { Run } from './run.js'
import type { RunLibrary } from './run-library.js'
import { rowOf } from './run-row.js'
import { isOver } from './run-status.js'

/** What became, or would become, of a run. */
export interface Pruned extends Verdict {
  /** Bytes of its folder. */
  readonly size: number
  /** Files in its folder that no logger writes: they stay, and so does the folder. */
  readonly left?: readonly string[]
  /** What becomes of its checkpoints, if the rule asks for that. */
  readonly checkpoints?: readonly PrunedCheckpoints[]
  /** Why it could not be removed. */
  readonly error?: string
}

/** What becomes of each run by a rule, without removing anything. @param now in milliseconds since 1970 */
export async function planPrune(
  library: RunLibrary,
  rule: PruneRule,
  now = Date.now(),
): Promise<Pruned[]> {
  const candidates = library.runs.map((run) => ({
    id: run.id,
    name: rowOf(run).name,
    outcome: run.outcome,
    time: run.startedAt ?? run.touched,
    isOver: isOver(run.outcome, run.touched, now),
  }))
  const verdicts = prunePlan(candidates, rule, now).map((verdict, _, all) =>
    withNeighbours(verdict, all, library),
  )
  const sizes = verdicts.map(({ id }) =>
    folderSize((library.get(id) as Run).files.folder),
  )
  const checkpoints = rule.checkpoints
    ? planCheckpoints(library, verdicts, rule.checkpoints)
    : new Map<string, PrunedCheckpoints[]>()
  return Promise.all(
    verdicts.map(async (verdict, at) => {
      const parts = checkpoints.get(verdict.id)
      const size = await (sizes[at] as Promise<number>)
      return { ...verdict, size, ...(parts && { checkpoints: parts }) }
    }),
  )
}

/**
 * Removes the runs of a plan that are to go. Each is looked at again before: one that was resumed in
 * the meantime stays.
 */
export async function prune(
  library: RunLibrary,
  plan: readonly Pruned[],
  now: () => number = Date.now,
): Promise<Pruned[]> {
  const root = await realpath(library.root)
  const done: Pruned[] = []
  const folders = new Set<string>()
  for (const verdict of plan) {
    const run = library.get(verdict.id)
    if (!verdict.isRemoved || !run || folders.has(run.files.folder)) {
      done.push(verdict)
      continue
    }
    folders.add(run.files.folder)
    done.push(await removed(run, { library, verdict, root, now }))
  }
  return done
}

interface Removal {
  readonly library: RunLibrary
  readonly verdict: Pruned
  readonly root: string
  readonly now: () => number
}

async function removed(
  run: Run,
  { library, verdict, root, now }: Removal,
): Promise<Pruned> {
  await run.refresh()
  if (!isOver(run.outcome, run.touched, now()))
    return { ...verdict, isRemoved: false, reason: 'running now' }
  try {
    const folder = await realpath(run.files.folder)
    if (!`${folder}${sep}`.startsWith(`${root}${sep}`))
      return { ...verdict, isRemoved: false, error: `it lies outside of ${root}` }
    // First those, while the run still says whose they are.
    for (const part of verdict.checkpoints ?? []) await removeCheckpoints(library, part)
    const left = await removeRunFolder(run.files.folder)
    return left.length > 0 ? { ...verdict, left } : verdict
  } catch (thrown) {
    return { ...verdict, isRemoved: false, error: (thrown as Error).message }
  }
}

/** Runs of one folder go together, or stay together. */
function withNeighbours(
  verdict: Verdict,
  all: readonly Verdict[],
  library: RunLibrary,
): Verdict {
  const folderOf = (id: string) => library.get(id)?.files.folder
  const folder = folderOf(verdict.id)
  const staying = all.find(({ id, isRemoved }) => !isRemoved && folderOf(id) === folder)
  if (!verdict.isRemoved || !staying) return verdict
  return { ...verdict, isRemoved: false, reason: `shares its folder with ${staying.id}` }
}
