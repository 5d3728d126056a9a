import type { Json } from '@regimen/core'
import type { SweepSummary } from './run-sweep.js'
import type { Values } from './space.js'
import type { SweepPlan } from './sweep-config.js'
import { keyOf, scoreOf, type TaskResult } from './trial.js'

/** A trial with how far it came. */
export interface Standing {
  readonly number: number
  readonly values: Values
  readonly outcome: TaskResult['outcome']
  readonly value: number | null
  /** Epochs that it was judged at. */
  readonly epochs: number
  readonly error?: string
}

/** The trials, the best first; those without a value last. A trial of several rungs stands by its last. */
export function standings(
  { mode }: Pick<SweepPlan, 'mode'>,
  summary: SweepSummary,
): Standing[] {
  const results = new Map(summary.results.map((result) => [keyOf(result), result]))
  const byNumber = new Map<number, Standing>()
  for (const task of summary.tasks) {
    const result = results.get(keyOf(task))
    if (!result) continue
    const { outcome, value, curve, error } = result
    const epochs = new Set(curve.map(([epoch]) => epoch)).size
    const standing = { number: task.number, values: task.values, outcome, value, epochs }
    byNumber.set(task.number, { ...standing, ...(error !== undefined && { error }) })
  }
  return [...byNumber.values()].toSorted(
    (a, b) =>
      finite(scoreOf(a.value, mode)) - finite(scoreOf(b.value, mode)) ||
      a.number - b.number,
  )
}

/** Two infinities have no difference. */
const finite = (score: number) => Math.min(score, Number.MAX_VALUE)

/** The last part of a path, where no other path ends so: `learningRate` for `hparams.learningRate`. */
export function shortNames(paths: readonly string[]): Map<string, string> {
  const last = (path: string) => path.split('.').at(-1) as string
  return new Map(
    paths.map((path) => {
      const isOnly = paths.filter((other) => last(other) === last(path)).length === 1
      return [path, isOnly ? last(path) : path]
    }),
  )
}

/** A value in at most five digits. */
export function valueText(value: Json | undefined): string {
  if (value === null || value === undefined) return '-'
  if (typeof value !== 'number')
    return typeof value === 'string' ? value : JSON.stringify(value)
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  return size >= 1e6 || size < 1e-3
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)))
}
