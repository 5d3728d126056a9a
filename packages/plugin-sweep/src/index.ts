export { holderOf, takeFolder } from './folder-lock.js'
export { firstSettings } from './next-tasks.js'
export { sweepPicture } from './picture.js'
export {
  runSweep,
  type SweepHost,
  type SweepSummary,
  type TaskExit,
} from './run-sweep.js'
export {
  type Choice,
  choice,
  type Int,
  int,
  type LogInt,
  type LogUniform,
  logInt,
  logUniform,
  type Parameter,
  type Space,
  type Uniform,
  uniform,
  type Values,
} from './space.js'
export { type Standing, standings } from './standings.js'
export { options, type SweepOptions, sweep } from './sweep.js'
export {
  type Algorithm,
  defineSweep,
  type SweepConfig,
  type SweepPlan,
  sweepPlan,
} from './sweep-config.js'
export { sweepTable } from './table.js'
export type { Task, TaskResult } from './trial.js'
export { readOrder, type TrialOrder } from './trial-files.js'
