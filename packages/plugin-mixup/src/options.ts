import {
  count,
  integer,
  invalidOption,
  number,
  type OptionFieldsOf,
  optionSchema,
  text,
} from '@regimen/core'

/** What {@link mixup} takes: at least one of `alpha`, `cutmix` and `smoothing`. */
export interface MixupOptions {
  /** Mixup: the share is drawn from Beta(alpha, alpha). */
  readonly alpha?: number
  /** CutMix: the share of the image that stays is drawn from Beta(cutmix, cutmix). */
  readonly cutmix?: number
  /** Label smoothing: this share of a target is spread over all classes. Default 0. */
  readonly smoothing?: number
  /** With both: how many of the batches are cut. Default 0.5. */
  readonly cutmixShare?: number
  /** How many of the batches are mixed. Default 1. */
  readonly probability?: number
  /** How many classes there are, if labels are class indexes: they are made one-hot. */
  readonly classes?: number
  /** Seed of the draws. Default 0. */
  readonly seed?: number
  /** Name of the inputs in a batch. Default `x`, or `xs`. */
  readonly inputs?: string
  /** Name of the targets in a batch. Default `y`, or `ys`. */
  readonly targets?: string
}

const share = () => number().from(0).upTo(1)

/** The options of {@link MixupOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('mixup', {
  alpha: number()
    .above(0)
    .otherwise('no mixup')
    .describe('mixup, with a share drawn from Beta(alpha, alpha)'),
  cutmix: number()
    .above(0)
    .otherwise('no CutMix')
    .describe('CutMix, with a share drawn from Beta(cutmix, cutmix)'),
  smoothing: number()
    .from(0)
    .below(1)
    .default(0)
    .describe('share of a target that is spread over all classes'),
  cutmixShare: share()
    .default(0.5)
    .describe('with both: how many of the batches are cut'),
  probability: share().default(1).describe('how many of the batches are mixed'),
  classes: count()
    .from(2)
    .otherwise('targets are one-hot')
    .describe('how many classes there are, if labels are class indexes'),
  seed: integer().default(0).describe('seed of the draws'),
  inputs: text().otherwise('`x`, or `xs`').describe('name of the inputs in a batch'),
  targets: text().otherwise('`y`, or `ys`').describe('name of the targets in a batch'),
} satisfies OptionFieldsOf<MixupOptions>)

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: MixupOptions) {
  const resolved = options.check(input)
  const { alpha, cutmix, smoothing } = resolved
  if (alpha === undefined && cutmix === undefined && smoothing === 0)
    invalidOption(
      'mixup',
      'alpha',
      alpha,
      'at least one of "alpha", "cutmix" and "smoothing"',
    )
  return resolved
}

/** {@link MixupOptions}, complete. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>
