import {
  count,
  flag,
  func,
  invalidOption,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import type { RangeTest } from './range.js'

/** What {@link lrFinder} takes. */
export interface LrFinderOptions {
  /** The rate of the first step. Default 1e-8. */
  readonly min?: number
  /** The rate of the last step. Default 1. */
  readonly max?: number
  /** Steps of the test. Default 100. */
  readonly steps?: number
  /** How rates rise. Default `exponential`. */
  readonly mode?: 'exponential' | 'linear'
  /** The test ends where the smoothed loss is this many times the lowest one; `Infinity`: never. Default 4. */
  readonly stop?: number
  /** How much of the smoothed loss a step keeps. Default 0.98. */
  readonly smoothing?: number
  /** The optimizer whose rate is tested. Default: the only one. */
  readonly optimizer?: string
  /** The metric of a step that is watched. Default `loss`. */
  readonly monitor?: string
  /** Whether the run trains with the suggestion. Default false. */
  readonly apply?: boolean
  /** Whether the curve is drawn, as an SVG beside the run. Default true. */
  readonly picture?: boolean
  /** Called with the curve and the suggestion. */
  readonly onResult?: (test: RangeTest) => void
}

/** The options of {@link LrFinderOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('lrFinder', {
  min: number().above(0).default(1e-8).describe('the rate of the first step'),
  max: number().above(0).default(1).describe('the rate of the last step'),
  steps: count().from(2).default(100).describe('steps of the test'),
  mode: oneOf('exponential', 'linear').default('exponential').describe('how rates rise'),
  stop: number()
    .above(1)
    .orInfinity()
    .default(4)
    .describe('the smoothed loss, as a multiple of the lowest one, that ends the test'),
  smoothing: number()
    .from(0)
    .below(1)
    .default(0.98)
    .describe('how much of the smoothed loss a step keeps'),
  optimizer: text()
    .otherwise('the only one')
    .describe('the optimizer whose rate is tested'),
  monitor: text().default('loss').describe('the metric of a step that is watched'),
  apply: flag().default(false).describe('whether the run trains with the suggestion'),
  picture: flag()
    .default(true)
    .describe('whether the curve is drawn, as an SVG beside the run'),
  onResult: func<(test: RangeTest) => void>()
    .otherwise('none')
    .describe('called with the curve and the suggestion'),
} satisfies OptionFieldsOf<LrFinderOptions>)

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: LrFinderOptions) {
  const resolved = options.check(input)
  const { min, max } = resolved
  if (max <= min) invalidOption('lrFinder', 'max', max, `more than "min", ${min}`)
  return resolved
}

/** {@link LrFinderOptions}, complete. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>
