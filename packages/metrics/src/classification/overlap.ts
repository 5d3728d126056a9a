import { optionSchema } from '@regimen/core'
import type { Metric } from '../floor/metric.js'
import type { Averaged } from './accuracy.js'
import type { CountRule } from './averages.js'
import { countMetric } from './count-metric.js'
import { type AveragedOptions, averagedFields, taskOf } from './options.js'

/** What {@link iou} and {@link dice} take. */
export type OverlapOptions = Omit<AveragedOptions, 'topK'>

const { topK: _topK, ...fields } = averagedFields
const iouSchema = optionSchema('iou', fields)
const diceSchema = optionSchema('dice', fields)

/**
 * Intersection over union, the Jaccard index: over all elements of all batches, as for masks of a segmentation
 * `[…, height, width, classes]`. Classes are averaged by `macro` unless `average` says else; the one that
 * `ignoreIndex` names is left out.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * iou({ classes: 21, ignoreIndex: 255 })
 */
export const iou = <const Options extends OverlapOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  made('iou', iouSchema.check(input), ({ hits, predicted, actual }, divide) =>
    divide(hits, predicted + actual - hits),
  )

/**
 * Twice the intersection over the sum of both: over all elements of all batches, as F1, not a mean over images.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * dice({ classes: 4 })
 */
export const dice = <const Options extends OverlapOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  made('dice', diceSchema.check(input), ({ hits, predicted, actual }, divide) =>
    divide(2 * hits, predicted + actual),
  )

type Checked = ReturnType<typeof iouSchema.check>

function made<Options>(name: string, given: Checked, rule: CountRule): Averaged<Options> {
  const task = taskOf(name, given)
  const { average = task.kind === 'binary' ? 'micro' : 'macro' } = given
  const leftOut = name === 'iou' ? given.ignoreIndex : undefined
  return countMetric({
    ...given,
    name,
    task,
    average,
    rule,
    topK: 1,
    leftOut,
  }) as Metric as Averaged<Options>
}
