import { betterDirection } from './better-direction.js'
import type { RunRow } from './run-row.js'

/** Something that runs have, side by side. */
export interface ComparedValue<T> {
  readonly name: string
  /** One for each run, in their order; `null` where a run has none. */
  readonly values: readonly (T | null)[]
  /** Whether two runs differ in it. */
  readonly isDifferent: boolean
}

/** A metric of several runs. */
export interface ComparedMetric extends ComparedValue<number> {
  /** `last`, or the best by the direction that the name suggests. */
  readonly which: 'last' | 'min' | 'max'
}

/** Runs side by side. */
export interface Comparison {
  readonly runs: readonly string[]
  readonly hparams: readonly ComparedValue<string | number | boolean>[]
  readonly metrics: readonly ComparedMetric[]
  /** Count and bytes, and the epochs (0-based) of the best and the last; empty if no run has any. */
  readonly checkpoints: readonly ComparedValue<number>[]
}

/** Hyperparameters, and the last and best values of metrics of epochs (of steps where there are none). */
export function compareRuns(rows: readonly RunRow[]): Comparison {
  const hparamNames = namesIn(rows.map(({ hparams }) => Object.keys(hparams)))
  const metricNames = namesIn(rows.map(({ metrics }) => metrics.map(({ name }) => name)))
  return {
    runs: rows.map(({ id }) => id),
    hparams: hparamNames.map((name) =>
      compared(
        name,
        rows.map(({ hparams }) => hparams[name] ?? null),
      ),
    ),
    metrics: metricNames.flatMap((name) =>
      (['last', betterDirection(name)] as const).map((which) => ({
        which,
        ...compared(
          name,
          rows.map((row) => metricValue(row, name, which)),
        ),
      })),
    ),
    checkpoints: comparedCheckpoints(rows),
  }
}

function comparedCheckpoints(rows: readonly RunRow[]): ComparedValue<number>[] {
  const all = rows.map(({ checkpoints }) => checkpoints)
  if (all.every((one) => one === undefined)) return []
  return [
    compared(
      'checkpoints',
      all.map((one) => one?.count ?? 0),
    ),
    compared(
      'checkpoints (bytes)',
      all.map((one) => one?.bytes ?? 0),
    ),
    compared(
      'checkpoints (epoch of best)',
      all.map((one) => one?.best?.epoch ?? null),
    ),
    compared(
      'checkpoints (epoch of last)',
      all.map((one) => one?.last?.epoch ?? null),
    ),
  ]
}

/** The value of a metric: of epochs if it has any, else of steps. */
export function metricValue(
  { metrics }: RunRow,
  name: string,
  which: 'last' | 'min' | 'max',
): number | null {
  const all = metrics.filter((one) => one.name === name)
  const series = all.find(({ interval }) => interval === 'epoch') ?? all[0]
  return series?.[which]?.value ?? null
}

function compared<T>(name: string, values: readonly (T | null)[]): ComparedValue<T> {
  const [first] = values
  return { name, values, isDifferent: values.some((value) => !Object.is(value, first)) }
}

function namesIn(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort()
}
