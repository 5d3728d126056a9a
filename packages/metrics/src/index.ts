export { type Averaged, accuracy } from './classification/accuracy.js'
export {
  type CalibrationErrorOptions,
  calibrationError,
} from './classification/calibration-error.js'
export {
  type ConfusionMatrixOptions,
  confusionMatrix,
} from './classification/confusion-matrix.js'
export type {
  Average,
  AveragedOptions,
  DecisionOptions,
  TaskOptions,
} from './classification/options.js'
export { dice, iou, type OverlapOptions } from './classification/overlap.js'
export {
  type FBetaOptions,
  f1,
  fBeta,
  precision,
  recall,
} from './classification/precision-recall.js'
export { auroc, averagePrecision } from './curves/areas-of-curves.js'
export type { CurveOptions } from './curves/options.js'
export { evaluate } from './evaluate/evaluate.js'
export { type AnyMetric, type EvaluateOptions, options } from './evaluate/options.js'
export type { EvaluatedBatch, Pair } from './evaluate/pair.js'
export { combined } from './floor/combined.js'
export type { Metric, MetricState, Values } from './floor/metric.js'
export {
  type OfOutputs,
  type OutputOptions,
  pearson,
  r2,
} from './regression/correlation.js'
export { cosineSimilarity } from './regression/cosine-similarity.js'
export { mae, mape, mse, rmse } from './regression/errors.js'
export { spearman } from './regression/spearman.js'
export { type MeanOptions, mean } from './running/mean.js'
export { type QuantilesOptions, quantiles } from './running/quantiles.js'
export { type BleuOptions, bleu, type References, type Text } from './text/bleu.js'
export { type PerplexityOptions, perplexity } from './text/perplexity.js'
