export { type AccumulateService, accumulate } from './accumulate.js'
export {
  type AccumulateBatches,
  type AccumulateOptions,
  type AccumulateSchedule,
  options,
  type WindowSize,
} from './options.js'
