import {
  amount,
  count,
  flag,
  invalidOption,
  isBetter,
  type MetricName,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'

/** What `earlyStopping` takes. */
export interface EarlyStoppingOptions {
  /** Name of the metric, as reported: `val_loss`. */
  readonly monitor: MetricName
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  /** Checks without an improvement after which the run ends; 0 and 1 both mean the first. Default 3. */
  readonly patience?: number
  /** An improvement must be larger than this. Default 0. */
  readonly minDelta?: number
  /** The run ends as soon as the metric is better than this. */
  readonly stoppingThreshold?: number
  /** The run ends as soon as the metric is worse than this. */
  readonly divergenceThreshold?: number
  /** Whether a value that is NaN or infinite ends the run. Default true. */
  readonly checkFinite?: boolean
  /** Whether it is an error that the metric was not reported; else one warning. Default true. */
  readonly strict?: boolean
  /**
   * Whether the module gets the weights of the best check back when the run ends, unless by an error.
   * Default false. Cost: at each improvement all weights are copied to host memory, which waits for
   * the device and holds one copy of them, also in checkpoints.
   */
  readonly restoreBest?: boolean
  /** When to check: after each validation or each epoch. Default: `validation` if there is one. */
  readonly checkOn?: 'validation' | 'epoch'
  /** Tells two of them apart. Default `early-stopping`. */
  readonly id?: string
}

const threshold = () => number().orInfinity().otherwise('none')

/** The options of {@link EarlyStoppingOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('earlyStopping', {
  monitor: text<MetricName>()
    .required()
    .expecting('the name of a metric such as "val_loss"')
    .describe('name of the metric, as reported'),
  mode: oneOf('min', 'max')
    .required()
    .describe('whether a lower or a higher value is better'),
  patience: count()
    .orInfinity()
    .default(3)
    .describe('checks without improvement after which the run ends; 0 and 1: the first'),
  minDelta: amount()
    .default(0)
    .describe('a change must be larger than this to be an improvement'),
  stoppingThreshold: threshold().describe(
    'a better value ends the run at once: the goal is reached',
  ),
  divergenceThreshold: threshold().describe('a worse value ends the run at once'),
  checkFinite: flag()
    .default(true)
    .describe(
      'whether NaN and infinities end the run; `false`: they are not an improvement',
    ),
  strict: flag()
    .default(true)
    .describe(
      'whether a missing metric is an error; `false`: one warning, and the check is skipped',
    ),
  restoreBest: flag()
    .default(false)
    .describe('whether to restore the weights of the best check when the run ends'),
  checkOn: oneOf('validation', 'epoch').otherwise('see below').describe('when to check'),
  id: text().default('early-stopping').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<EarlyStoppingOptions>)

/** {@link EarlyStoppingOptions} with every default but that of `checkOn`, which the run decides. */
export type ResolvedOptions = ReturnType<typeof options.check>

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: EarlyStoppingOptions): ResolvedOptions {
  const resolved = options.check(input)
  const { mode, stoppingThreshold: best, divergenceThreshold: worst } = resolved
  if (best === undefined || worst === undefined || isBetter(mode, best, worst))
    return resolved
  // Every number would end the run.
  const side = mode === 'min' ? 'below' : 'above'
  const expected = `a number ${side} "divergenceThreshold", ${worst}, with mode "${mode}"`
  return invalidOption('earlyStopping', 'stoppingThreshold', best, expected, {
    data: { options: ['stoppingThreshold', 'divergenceThreshold'] },
  })
}
