import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { RegimenError } from '@regimen/core'
import { takeFolder } from './folder-lock.js'
import { Journal } from './journal.js'
import { nextTasks } from './next-tasks.js'
import type { SweepPlan } from './sweep-config.js'
import { keyOf, type Task, type TaskResult } from './trial.js'
import { readReport, reportedResult, trialFolder, writeOrder } from './trial-files.js'

/** How the process of a task ended. */
export type TaskExit =
  | { readonly kind: 'ended' }
  | { readonly kind: 'failed'; readonly error: string }
  /** By a signal that the sweep did not send. */
  | { readonly kind: 'killed'; readonly signal: string }

/** What a sweep needs to run. */
export interface SweepHost {
  /** Folder of the sweep. */
  readonly folder: string
  /** How many tasks run at the same time. */
  readonly jobs: number
  /** Ends the sweep; tasks under way are saved, and continued by the next call. */
  readonly signal: AbortSignal
  /** Runs a task in a process of its own. @param order path of its `trial.json` */
  start(order: string, task: Task, signal: AbortSignal): Promise<TaskExit>
  /** Called when a task has ended. */
  onResult(result: TaskResult): void
}

/** What became of a sweep. */
export interface SweepSummary {
  readonly results: readonly TaskResult[]
  /** All tasks that were run, in order, with their values. */
  readonly tasks: readonly Task[]
  /** Whether all trials have ended. */
  readonly isComplete: boolean
}

/** Attempts after which a trial that is killed again and again counts as failed. */
const ATTEMPTS = 3

/**
 * Runs a sweep, or continues it: what its journal says is done is not run again. The trials depend on the plan and their
 * results alone, however often the sweep was killed and however many run at once.
 *
 * @throws REG_BUSY if another process runs it; REG_CONFIG_INVALID if the folder has another sweep
 */
export async function runSweep(plan: SweepPlan, host: SweepHost): Promise<SweepSummary> {
  mkdirSync(host.folder, { recursive: true })
  const taken = takeFolder(join(host.folder, 'lock.json'))
  if ('holder' in taken) {
    const { pid, host: machine } = taken.holder
    const text = `The sweep in ${host.folder} is being run by process ${pid} on ${machine}. Wait for it, or give this one another "name".`
    throw new RegimenError('REG_BUSY', text, { data: { folder: host.folder, pid } })
  }
  try {
    const journal = Journal.open(join(host.folder, 'journal.jsonl'), plan)
    const { signal } = host
    for (;;) {
      const tasks = nextTasks(plan, journal.results)
      if (tasks.length === 0 || signal.aborted) break
      await inParallel(tasks, host.jobs, signal, async (task) => {
        const result = await runTask(task, plan, host)
        if (!result) return
        journal.add(result)
        host.onResult(result)
      })
    }
    return summaryOf(plan, journal)
  } finally {
    taken.release()
  }
}

/** Calls a function for each task, some at a time. */
async function inParallel(
  tasks: readonly Task[],
  jobs: number,
  signal: AbortSignal,
  run: (task: Task) => Promise<void>,
): Promise<void> {
  const waiting = [...tasks]
  const worker = async () => {
    for (let task = waiting.shift(); task && !signal.aborted; task = waiting.shift())
      await run(task)
  }
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, worker))
}

/** The result of a task; nothing if it was interrupted. */
async function runTask(
  task: Task,
  plan: SweepPlan,
  host: SweepHost,
): Promise<TaskResult | undefined> {
  const { folder: root, signal } = host
  const folder = trialFolder(root, task.number)
  const reported = () => reportedResult(folder, task, plan.mode)
  // It ended just before the sweep was killed.
  const before = reported()
  if (before) return before
  const order = writeOrder(root, task, plan)
  for (let attempt = 1; ; attempt++) {
    const exit = await host.start(order, task, signal)
    const result = exit.kind === 'failed' ? undefined : reported()
    if (result) return result
    if (signal.aborted) return undefined
    if (exit.kind === 'killed' && attempt < ATTEMPTS) continue
    const error =
      exit.kind === 'failed'
        ? exit.error
        : exit.kind === 'killed'
          ? `It was ended by ${exit.signal}, ${ATTEMPTS} times.`
          : 'Its process ended without a result.'
    const { curve } = readReport(folder)
    const { number, rung } = task
    return { number, rung, outcome: 'failed', value: null, curve, error }
  }
}

function summaryOf(plan: SweepPlan, { results }: Journal): SweepSummary {
  const tasks = allTasks(plan, results)
  const known = tasks.flatMap((task) => results.get(keyOf(task)) ?? [])
  return { results: known, tasks, isComplete: nextTasks(plan, results).length === 0 }
}

/** The tasks that have results, batch by batch: those that {@link nextTasks} names as results are added. */
function allTasks(plan: SweepPlan, results: ReadonlyMap<string, TaskResult>): Task[] {
  const seen = new Map<string, TaskResult>()
  const tasks: Task[] = []
  for (;;) {
    const batch = nextTasks(plan, seen)
    const done = batch.filter((task) => results.has(keyOf(task)))
    tasks.push(...done)
    for (const task of done) seen.set(keyOf(task), results.get(keyOf(task)) as TaskResult)
    if (done.length < batch.length || batch.length === 0) return tasks
  }
}
