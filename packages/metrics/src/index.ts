export { type Averaged, accuracy } from './classification/accuracy.js'
export type {
  Average,
  AveragedOptions,
  DecisionOptions,
  TaskOptions,
} from './classification/options.js'
export {
  type FBetaOptions,
  f1,
  fBeta,
  precision,
  recall,
} from './classification/precision-recall.js'
export { evaluate } from './evaluate/evaluate.js'
export { type AnyMetric, type EvaluateOptions, options } from './evaluate/options.js'
export type { EvaluatedBatch, Pair } from './evaluate/pair.js'
export type { Metric, MetricState, Values } from './floor/metric.js'
export { mae, mape, mse, rmse } from './regression/errors.js'
