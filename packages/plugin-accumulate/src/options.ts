import {
  count,
  custom,
  invalidOption,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
} from '@regimen/core'

/** What both kinds of options have. */
interface AccumulateCommon {
  /**
   * How the loss combines the samples of its batch. For a `mean`, the default, a window takes the mean of
   * the gradients, weighed by samples; of a `sum` their sum.
   */
  readonly reduction?: 'mean' | 'sum'
}

/** One size of the windows for the whole run. */
export interface AccumulateBatches extends AccumulateCommon {
  /** Batches per optimizer step, a whole number from 1. */
  readonly batches: number
  readonly schedule?: undefined
}

/** Sizes that change by epoch. */
export interface AccumulateSchedule extends AccumulateCommon {
  /**
   * Batches per optimizer step from an epoch on, by the 0-based epoch: `{ 0: 1, 4: 2 }` is 1 in the
   * first four epochs and 2 from the fifth on. Before the first key it is 1.
   */
  readonly schedule: Readonly<Record<number, number>>
  readonly batches?: undefined
}

/** What `accumulate` takes: `batches` or a `schedule`. */
export type AccumulateOptions = AccumulateBatches | AccumulateSchedule

/** Batches per optimizer step in a 0-based epoch. */
export type WindowSize = (epoch: number) => number

type Sizes = Readonly<Record<number, number>>
type EitherSize = AccumulateCommon & {
  readonly batches?: number
  readonly schedule?: Sizes
}

const isSize = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 1

/** The options of {@link AccumulateOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('accumulate', {
  batches: count()
    .from(1)
    .otherwise('this or `schedule`')
    .describe('batches per optimizer step'),
  schedule: custom<Sizes>({
    wanted: 'positive integers by 0-based epoch, such as { 0: 1, 4: 2 }',
    type: 'Record<number, number>',
    json: {
      type: 'object',
      patternProperties: { '^\\d+$': { type: 'integer', minimum: 1 } },
      additionalProperties: false,
      minProperties: 1,
    },
    isRight(value) {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return false
      const entries = Object.entries(value)
      return (
        entries.length > 0 &&
        entries.every(([key, size]) => /^\d+$/.test(key) && isSize(size))
      )
    },
  })
    .otherwise('this or `batches`')
    .describe(
      'the same by epoch, from 0: `{ 0: 1, 4: 2 }` is 1 in epochs 0 to 3, then 2',
    ),
  reduction: oneOf('mean', 'sum')
    .default('mean')
    .describe('how the loss combines the samples of its batch'),
} satisfies OptionFieldsOf<EitherSize>)

/** What `accumulate` goes by. */
export interface ResolvedOptions {
  readonly batchesAt: WindowSize
  readonly reduction: 'mean' | 'sum'
}

/** Checks options. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: AccumulateOptions): ResolvedOptions {
  const { batches, schedule, reduction } = options.check(input)
  const data = { options: ['batches', 'schedule'] }
  if (batches !== undefined && schedule !== undefined) {
    invalidOption('accumulate', 'schedule', schedule, 'none beside "batches"', { data })
  }
  if (batches !== undefined) return { batchesAt: () => batches, reduction }
  if (schedule === undefined) {
    const expected = 'a size, such as { batches: 4 } or { schedule: { 0: 1, 4: 2 } }'
    return invalidOption('accumulate', 'batches', batches, expected, { data })
  }
  const sizes = Object.entries(schedule)
    .map(([epoch, size]) => [Number(epoch), size] as const)
    .sort(([a], [b]) => a - b)
  const batchesAt = (epoch: number) =>
    sizes.findLast(([first]) => first <= epoch)?.[1] ?? 1
  return { batchesAt, reduction }
}
