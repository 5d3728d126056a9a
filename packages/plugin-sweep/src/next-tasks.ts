import type { Json } from '@regimen/core'
import { medianThresholds } from './median-rule.js'
import { randomStream } from './random-stream.js'
import { type Dimension, levelsOf, type Values, valueAt } from './space.js'
import { dimensionsOf, type SweepPlan } from './sweep-config.js'
import { tpeValue } from './tpe.js'
import { keyOf, scoreOf, type Task, type TaskResult } from './trial.js'
import { settingsOf } from './trial-files.js'

/** Trials of `tpe` that are drawn at random before any is chosen. */
const STARTUP = 8

/**
 * The batch of tasks that is under way: those of it that have no result yet, and nothing once all are done. It depends on
 * the plan and on results of earlier batches only, never on which of this batch end first.
 *
 * @param results by {@link keyOf}
 */
export function nextTasks(
  plan: SweepPlan,
  results: ReadonlyMap<string, TaskResult>,
): Task[] {
  const batches =
    plan.algorithm === 'halving' ? rungs(plan, results) : generations(plan, results)
  for (const batch of batches) {
    const open = batch.filter((task) => !results.has(keyOf(task)))
    if (open.length > 0) return open
  }
  return []
}

/** What the first trial sets, as `--set` takes it. */
export function firstSettings(plan: SweepPlan): string[] {
  const [first] = nextTasks(plan, new Map())
  return first ? settingsOf(first) : []
}

/** Trials of `grid`, `random` and `tpe`, batch by batch. */
function* generations(
  plan: SweepPlan,
  results: ReadonlyMap<string, TaskResult>,
): Generator<Task[]> {
  const { algorithm, trials, prune, mode } = plan
  const size = algorithm === 'tpe' || prune === 'median' ? plan.batch : trials
  const earlier: Task[] = []
  for (let start = 0; start < trials; start += size) {
    const known = earlier.flatMap((task) => results.get(keyOf(task)) ?? [])
    const thresholds = prune === 'median' ? medianThresholds(known, mode) : []
    const count = Math.min(size, trials - start)
    const batch = Array.from({ length: count }, (_, index): Task => {
      const number = start + index
      const values = valuesOf(plan, number, earlier, results)
      return { number, rung: 0, values, ...(thresholds.length > 0 && { thresholds }) }
    })
    yield batch
    earlier.push(...batch)
  }
}

/** The rungs of synchronous successive halving: all trials for a few epochs, the best of them for more. */
function* rungs(
  plan: SweepPlan,
  results: ReadonlyMap<string, TaskResult>,
): Generator<Task[]> {
  const { trials, mode } = plan
  const { minEpochs, maxEpochs, factor } = plan.halving as NonNullable<
    SweepPlan['halving']
  >
  let batch = Array.from(
    { length: trials },
    (_, number): Task => ({
      ...{ number, rung: 0, values: valuesOf(plan, number, [], results) },
      maxEpochs: minEpochs,
    }),
  )
  for (let rung = 1, epochs = minEpochs; ; rung++) {
    yield batch
    if (epochs >= maxEpochs) return
    epochs = Math.min(maxEpochs, epochs * factor)
    const ended = batch.flatMap((task) => results.get(keyOf(task)) ?? [])
    const ranked = ended
      .filter(({ outcome }) => outcome !== 'failed')
      .toSorted(
        (a, b) => scoreOf(a.value, mode) - scoreOf(b.value, mode) || a.number - b.number,
      )
    const kept = new Set(
      ranked
        .slice(0, Math.max(1, Math.floor(batch.length / factor)))
        .map(({ number }) => number),
    )
    batch = batch
      .filter(({ number }) => kept.has(number))
      .map((task) => ({ ...task, rung, maxEpochs: epochs }))
    if (batch.length === 0) return
  }
}

function valuesOf(
  plan: SweepPlan,
  number: number,
  earlier: readonly Task[],
  results: ReadonlyMap<string, TaskResult>,
): Values {
  const dimensions = dimensionsOf(plan.space)
  if (plan.algorithm === 'grid') return gridPoint(dimensions, number)
  const isChosen = plan.algorithm === 'tpe' && earlier.length >= STARTUP
  const observed = isChosen ? earlier : []
  const entries = dimensions.map(([path, dimension]): [string, Json] => {
    const random = randomStream(plan.seed, number, path)
    if (!isChosen) return [path, valueAt(dimension, random())]
    const observations = observed.map((task) => ({
      value: task.values[path] as Json,
      score: scoreOf(results.get(keyOf(task))?.value, plan.mode),
    }))
    return [path, tpeValue(dimension, observations, random)]
  })
  return Object.fromEntries(entries)
}

/** A point of the grid: the last parameter changes with each trial. */
function gridPoint(
  dimensions: readonly (readonly [path: string, Dimension])[],
  number: number,
): Values {
  let rest = number
  const entries = dimensions.toReversed().map(([path, dimension]): [string, Json] => {
    const levels = levelsOf(dimension, path)
    const value = levels[rest % levels.length] as Json
    rest = Math.floor(rest / levels.length)
    return [path, value]
  })
  return Object.fromEntries(entries.toReversed())
}
