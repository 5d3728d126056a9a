import { amount, optionSchema } from '@regimen/core'
import type { Metric } from '../floor/metric.js'
import type { Averaged } from './accuracy.js'
import type { CountRule } from './averages.js'
import { countMetric } from './count-metric.js'
import { type AveragedOptions, averagedFields, taskOf } from './options.js'

/** What {@link fBeta} takes. */
export interface FBetaOptions extends AveragedOptions {
  /** How much more recall counts than precision. Default 1. */
  readonly beta?: number
}

const precisionSchema = optionSchema('precision', averagedFields)
const recallSchema = optionSchema('recall', averagedFields)
const f1Schema = optionSchema('f1', averagedFields)
const fBetaSchema = optionSchema('fBeta', {
  ...averagedFields,
  beta: amount().default(1).describe('how much more recall counts than precision'),
})

/**
 * How many of the predictions of a class are right. Classes are averaged by `macro` unless `average` says else.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * precision({ classes: 10, average: 'weighted' })
 */
export const precision = <const Options extends AveragedOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  made('precision', precisionSchema.check(input), ({ hits, predicted }, divide) =>
    divide(hits, predicted),
  )

/**
 * How many of the rows of a class are found. Classes are averaged by `macro` unless `average` says else.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * recall({ labels: 5 })
 */
export const recall = <const Options extends AveragedOptions>(
  input: Options = {} as Options,
): Averaged<Options> =>
  made('recall', recallSchema.check(input), ({ hits, actual }, divide) =>
    divide(hits, actual),
  )

/**
 * The harmonic mean of precision and recall of a class. Classes are averaged by `macro` unless `average` says else.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * f1({ classes: 10 })
 */
export const f1 = <const Options extends AveragedOptions>(
  input: Options = {} as Options,
): Averaged<Options> => made('f1', f1Schema.check(input), fRule(1))

/**
 * The weighted harmonic mean of precision and recall of a class: recall counts `beta` times as much.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * fBeta({ classes: 10, beta: 2 })
 */
export function fBeta<const Options extends FBetaOptions>(
  input: Options = {} as Options,
): Averaged<Options> {
  const given = fBetaSchema.check(input)
  return made('fBeta', given, fRule(given.beta))
}

const fRule =
  (beta: number): CountRule =>
  ({ hits, predicted, actual }, divide) =>
    divide((1 + beta ** 2) * hits, predicted + beta ** 2 * actual)

type Checked = ReturnType<typeof f1Schema.check>

function made<Options>(name: string, given: Checked, rule: CountRule): Averaged<Options> {
  const task = taskOf(name, given)
  const { average = task.kind === 'binary' ? 'micro' : 'macro' } = given
  // As in torchmetrics, in these two only.
  const isOfTrue = name === 'precision' || name === 'recall'
  return countMetric({
    ...given,
    name,
    task,
    average,
    rule,
    isOfTrue,
  }) as Metric as Averaged<Options>
}
