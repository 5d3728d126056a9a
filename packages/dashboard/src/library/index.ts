export type { Interval, Point, SeriesSummary, Source } from '../curves/series.js'
export type { CheckpointFact, RunCheckpoints } from './checkpoint-files.js'
export {
  type ComparedMetric,
  type ComparedValue,
  type Comparison,
  compareRuns,
} from './comparison.js'
export { folderSize } from './folder-content.js'
export type { Hyperparameter } from './hparams-file.js'
export { type Pruned, planPrune, prune } from './prune.js'
export type { PrunedCheckpoints } from './prune-checkpoints.js'
export type { PruneRule, Verdict } from './prune-plan.js'
export type { LoggedRecord } from './record-log.js'
export type { Run } from './run.js'
export type { RunFiles, Skipped } from './run-files.js'
export { type LibraryChange, RunLibrary } from './run-library.js'
export { type RunRow, rowOf } from './run-row.js'
export type { RunFacts, RunOutcome } from './run-status.js'
