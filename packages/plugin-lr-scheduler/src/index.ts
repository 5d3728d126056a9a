export type { LrSchedulerService } from '@regimen/core'
export { lrScheduler } from './lr-scheduler.js'
export { type AnySchedule, type LrSchedulerOptions, options } from './options.js'
export {
  type Plateau,
  type PlateauOptions,
  type PlateauState,
  reduceOnPlateau,
} from './plateau.js'
export type { Schedule } from './schedule.js'
export { type ConstantOptions, constant } from './schedules/constant.js'
export {
  type CosineOptions,
  type CosineRestartsOptions,
  cosine,
  cosineRestarts,
} from './schedules/cosine.js'
export { type ExponentialOptions, exponential } from './schedules/exponential.js'
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle.js'
export { type PolynomialOptions, polynomial } from './schedules/polynomial.js'
export { type SequenceOptions, sequence } from './schedules/sequence.js'
export {
  type MultiStepOptions,
  multiStep,
  type StepOptions,
  step,
} from './schedules/step.js'
export { type WarmupOptions, warmup } from './schedules/warmup.js'
export { type WholeRun, wholeRun } from './whole-run.js'
