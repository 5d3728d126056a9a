import {
  flag,
  invalidOption,
  number,
  type OptionFieldsOf,
  optionSchema,
  text,
} from '@regimen/core'

/** Which gradients are clipped, and whether their norm is logged. */
export interface CommonClipOptions {
  /** Only the gradients of this optimizer. Default: those of each, one by one. */
  readonly optimizer?: string
  /** Log the global norm before clipping as `grad_norm`; default false. Costs a read per step. */
  readonly log?: boolean
  /** Tells two of these apart. Default `gradient-clip`. */
  readonly id?: string
}

/** Clips by the norm of all gradients of an optimizer together. */
export interface ClipByNorm extends CommonClipOptions {
  /** The global L2 norm that gradients have at most, above 0. `Infinity` clips nothing. */
  readonly norm: number
  readonly value?: undefined
}

/** Clips each element of each gradient. */
export interface ClipByValue extends CommonClipOptions {
  /** Every element ends in [-value, value]; above 0. */
  readonly value: number
  readonly norm?: undefined
}

/** What `gradientClip` takes: a `norm` or a `value`. */
export type GradientClipOptions = ClipByNorm | ClipByValue

const limit = () => number().above(0).orInfinity()
type EitherLimit = CommonClipOptions & { readonly norm?: number; readonly value?: number }

/** The options of {@link GradientClipOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('gradientClip', {
  norm: limit()
    .otherwise('this or `value`')
    .describe('the largest global L2 norm of the gradients, above 0'),
  value: limit()
    .otherwise('this or `norm`')
    .describe('every element is clipped to [-value, value]; above 0'),
  optimizer: text()
    .otherwise('each of them')
    .describe('clips only the gradients of this optimizer'),
  log: flag()
    .default(false)
    .describe(
      'whether to whether to log the global norm before clipping as `grad_norm`, per step',
    ),
  id: text()
    .default('gradient-clip')
    .describe('distinguishes two of them, for example one per optimizer'),
} satisfies OptionFieldsOf<EitherLimit>)

/** Checks the options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: GradientClipOptions) {
  const resolved = options.check(input)
  const { norm, value } = resolved
  const data = { options: ['norm', 'value'] }
  if (norm === undefined && value === undefined) {
    const expected = 'a limit, such as { norm: 1 } or { value: 0.5 }'
    invalidOption('gradientClip', 'norm', norm, expected, { data })
  }
  if (norm !== undefined && value !== undefined) {
    const expected = 'none beside "norm"; to clip both ways use it twice, with an "id"'
    invalidOption('gradientClip', 'value', value, expected, { data })
  }
  return resolved
}
