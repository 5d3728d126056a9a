export type { AccumulateService } from '@regimen/core'
export { accumulate } from './accumulate.js'
export {
  type AccumulateBatches,
  type AccumulateOptions,
  type AccumulateSchedule,
  options,
  type WindowSize,
} from './options.js'
