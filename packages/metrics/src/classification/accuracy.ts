import { optionSchema } from '@regimen/core'
import type { Metric } from '../floor/metric.js'
import { countMetric } from './count-metric.js'
import { type AveragedOptions, averagedFields, taskOf } from './options.js'

const schema = optionSchema('accuracy', averagedFields)

/** A metric whose value is a list of numbers, one for each class or label, where `average` is `none`. */
export type Averaged<Options> = Metric<
  Options extends { readonly average: 'none' } ? number[] : number
>

/**
 * The share of predictions that are right: of rows, of classes (`topK` of the best scores), or of single labels.
 * With classes the default is that of all rows (`micro`); `macro` is the mean of the classes' shares, the balanced
 * accuracy.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * accuracy({ classes: 1000, topK: 5 })
 */
export function accuracy<const Options extends AveragedOptions>(
  input: Options = {} as Options,
): Averaged<Options> {
  const given = schema.check(input)
  const task = taskOf('accuracy', given)
  const { average = task.kind === 'multilabel' ? 'macro' : 'micro' } = given
  const isOfClass = task.kind === 'multiclass'
  return countMetric({
    ...given,
    name: 'accuracy',
    task,
    average,
    isOfTrue: true,
    rule: ({ hits, predicted, actual, counted }, divide) =>
      isOfClass
        ? divide(hits, actual)
        : divide(counted - predicted - actual + 2 * hits, counted),
  }) as Metric as Averaged<Options>
}
