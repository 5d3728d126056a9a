import {
  custom,
  either,
  func,
  integer,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  record,
  text,
} from '@regimen/core'
import type { Metric } from '../floor/metric.js'
import type { EvaluatedBatch, Pair } from './pair.js'

/** A metric of any value, over inputs of any kind. */
export type AnyMetric = Metric<unknown, never, never>

/** What `evaluate` takes. */
export interface EvaluateOptions {
  /** Metrics by the names under which they are reported, after `val_` or `test_`. */
  readonly metrics: Readonly<Record<string, AnyMetric>>
  /** Which part of the step's `output` holds the predictions. */
  readonly predictions?: string | number
  /** Which column of the batch, or part of its targets, holds the targets. */
  readonly targets?: string | number
  /** What is compared, where names do not tell. */
  readonly select?: (batch: EvaluatedBatch) => Pair
  /** Only validations, or only tests. Default: both. */
  readonly stage?: 'validation' | 'test'
  /** Tells two of them apart. Default `evaluate`. */
  readonly id?: string
}

const part = () => either(text(), integer().from(0))

/** The options of {@link EvaluateOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('evaluate', {
  metrics: record(
    custom<AnyMetric>({
      wanted: 'a metric, such as f1({ classes: 10 })',
      type: 'Metric',
      isRight: isMetric,
    }),
  )
    .required()
    .describe(
      'metrics by the names under which they are reported, after `val_` or `test_`',
    ),
  predictions: part()
    .otherwise('all of it')
    .describe("which part of the step's `output` holds the predictions"),
  targets: part()
    .otherwise("the batch's `y` or `ys`")
    .describe('which column of the batch, or part of its targets, holds the targets'),
  select: func<(batch: EvaluatedBatch) => Pair>()
    .otherwise('none')
    .describe(
      'returns what is compared, `{ predictions, targets }`, where names do not tell',
    ),
  stage: oneOf('validation', 'test')
    .otherwise('both')
    .describe('evaluate only validations, or only tests'),
  id: text().default('evaluate').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<EvaluateOptions>)

function isMetric(value: unknown): boolean {
  const found = Object(value) as Partial<Record<keyof AnyMetric, unknown>>
  return (['update', 'compute', 'reset', 'fresh'] as const).every(
    (name) => typeof found[name] === 'function',
  )
}
