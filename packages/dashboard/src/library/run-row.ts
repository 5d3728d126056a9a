import { basename, dirname } from 'node:path'
import type { SeriesSummary } from '../curves/series.js'
import type { RunCheckpoints } from './checkpoint-files.js'
import type { Hyperparameter } from './hparams-file.js'
import type { Run } from './run.js'
import type { RunOutcome } from './run-status.js'

/** What is known of a run, for a table, a script or a page. */
export interface RunRow {
  /** Path of its folder below the root, which names it in commands. */
  readonly id: string
  /** Name of the experiment: the folder of its versions. */
  readonly name: string
  /** `version_3`, or the name of its folder. */
  readonly version: string
  readonly outcome: RunOutcome
  /** In milliseconds since 1970. */
  readonly startedAt?: number
  readonly endedAt?: number
  /** Epochs that have metrics. */
  readonly epochs: number
  /** The latest step that has a metric, 0-based. */
  readonly step?: number
  readonly hparams: Readonly<Record<string, Hyperparameter>>
  readonly metrics: readonly SeriesSummary[]
  /** Absent if none are known. */
  readonly checkpoints?: RunCheckpoints
  /** What could not be read, in words. */
  readonly faults: readonly string[]
}

/** The row of a run. */
export function rowOf(run: Run): RunRow {
  const metrics = run.series.map((one) => one.summary())
  const isTrained = ({ source }: SeriesSummary) => source !== 'test'
  const ofEpochs = metrics.filter((one) => one.interval === 'epoch' && isTrained(one))
  const epochs = Math.max(0, ...ofEpochs.map(({ last }) => last.epoch + 1))
  const steps = metrics.filter(({ source }) => source === 'train')
  const { folder, suffix } = run.files
  return {
    id: run.id,
    name: run.id.includes('/') ? basename(dirname(folder)) : '',
    version: `${basename(folder)}${suffix}`,
    outcome: run.outcome,
    ...(run.startedAt !== undefined && { startedAt: run.startedAt }),
    ...(run.endedAt !== undefined && { endedAt: run.endedAt }),
    epochs,
    ...(steps.length > 0 && { step: Math.max(...steps.map(({ last }) => last.step)) }),
    hparams: run.hparams,
    metrics,
    ...(run.checkpoints && { checkpoints: run.checkpoints }),
    faults: run.faults,
  }
}
