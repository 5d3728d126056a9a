import { optionSchema } from '@regimen/core'
import type { Averaged } from '../classification/accuracy.js'
import type { Metric } from '../floor/metric.js'
import { precisionArea, rocArea } from './areas.js'
import { curveMetric } from './curve-metric.js'
import { type CurveOptions, curveFields } from './options.js'

const aurocSchema = optionSchema('auroc', curveFields)
const precisionSchema = optionSchema('averagePrecision', curveFields)

/**
 * The area under the ROC curve: exact, with ties, or at `thresholds`. NaN, with a notice, where all targets are the
 * same; such classes are left out of an average. Classes are compared one against the rest.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * auroc({ thresholds: 200 })
 */
export const auroc = <const Options extends CurveOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  curveMetric('auroc', aurocSchema.check(input), rocArea) as Metric as Averaged<Options>

/**
 * The area under the curve of precision over recall, in steps: exact, with ties, or at `thresholds`. NaN, with a
 * notice, where no target is positive; such classes are left out of an average.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * averagePrecision({ classes: 10 })
 */
export const averagePrecision = <const Options extends CurveOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  curveMetric(
    'averagePrecision',
    precisionSchema.check(input),
    precisionArea,
  ) as Metric as Averaged<Options>
