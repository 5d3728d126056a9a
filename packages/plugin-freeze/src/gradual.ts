import { count, number, optionSchema } from '@regimen/core'
import type { FreezeGroup } from './options.js'
import type { VariablePattern } from './variable-pattern.js'

/** How {@link gradual} unfreezes. */
export interface GradualOptions {
  /** Epochs from one group to the next. Default 1. */
  readonly epochs?: number
  /** The rate of a group is that of the one before times this. Default 1. */
  readonly factor?: number
}

const schema = optionSchema('gradual', {
  epochs: count().from(1).default(1).describe('epochs from one group to the next'),
  factor: number()
    .above(0)
    .default(1)
    .describe('rate of a group by that of the one before'),
})

/**
 * Groups that are unfrozen one after the other, as ULMFiT and fastai do it: the first is trained from the
 * beginning, each further one some epochs later, with a smaller learning rate if `factor` is below 1.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * freeze({ groups: gradual(['head/*', 'block2/*', 'block1/*'], { factor: 1 / 2.6 }) })
 */
export function gradual(
  patterns: readonly VariablePattern[],
  input: GradualOptions = {},
): readonly FreezeGroup[] {
  const { epochs, factor } = schema.check(input)
  return patterns.map((match, index) => ({
    match,
    until: { epochs: index * epochs },
    rate: factor ** index,
  }))
}
