import {
  count,
  type DataSource,
  func,
  invalidOption,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
} from '@regimen/core'
import type { SizeSearch } from './search.js'

/** What {@link batchFinder} takes. */
export interface BatchFinderOptions<B = unknown> {
  /** Makes the training data with a batch size: `(batchSize) => arrayLoader(data, { batchSize })`. */
  readonly train: (batchSize: number) => DataSource<B>
  /** `memory`: the largest size that fits; `throughput`: the one with the most samples per second. Default `memory`. */
  readonly mode?: 'memory' | 'throughput'
  /** The first size. Default 8. */
  readonly start?: number
  /** The largest size. Default 65536. */
  readonly max?: number
  /** Steps with each size. Default 3. */
  readonly steps?: number
  /** Sizes that are tried at most. Default 25. */
  readonly maxTrials?: number
  /** Bytes that tensors may take. Default: 3.6 GB on wasm, whose memory ends at 4 GiB; elsewhere 80 % of what is free. */
  readonly memoryLimit?: number
  /** Bytes in use, asked when the forward pass is done. Default: those of all tensors. */
  readonly probe?: () => number
  /** Milliseconds, to measure speed. Default: `performance.now`. */
  readonly clock?: () => number
  /** Called with what was found. */
  readonly onResult?: (search: SizeSearch) => void
}

/** The options of {@link BatchFinderOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('batchFinder', {
  train: func<(batchSize: number) => DataSource<unknown>>()
    .required()
    .describe('makes the training data with a batch size'),
  mode: oneOf('memory', 'throughput')
    .default('memory')
    .describe('the largest size that fits, or the one with the most samples per second'),
  start: count().from(1).default(8).describe('the first size'),
  max: count().from(1).default(65_536).describe('the largest size'),
  steps: count().from(1).default(3).describe('steps with each size'),
  maxTrials: count().from(1).default(25).describe('sizes that are tried at most'),
  memoryLimit: count()
    .from(1)
    .otherwise('see below')
    .describe('bytes that tensors may take'),
  probe: func<() => number>()
    .otherwise('the bytes of all tensors')
    .describe('bytes in use, asked when the forward pass is done'),
  clock: func<() => number>()
    .otherwise('`performance.now`')
    .describe('milliseconds, to measure speed'),
  onResult: func<(search: SizeSearch) => void>()
    .otherwise('none')
    .describe('called with what was found'),
} satisfies OptionFieldsOf<BatchFinderOptions>)

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: BatchFinderOptions) {
  const resolved = options.check(input)
  const { start, max } = resolved
  if (max < start) invalidOption('batchFinder', 'max', max, `at least "start", ${start}`)
  return resolved
}

/** {@link BatchFinderOptions}, complete. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>
