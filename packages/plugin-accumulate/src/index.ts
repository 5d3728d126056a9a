export { type AccumulateService, accumulate } from './accumulate.js'
export type {
  AccumulateBatches,
  AccumulateOptions,
  AccumulateSchedule,
  WindowSize,
} from './window-size.js'
