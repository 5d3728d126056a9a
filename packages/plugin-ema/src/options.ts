import {
  count,
  flag,
  group,
  invalidOption,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
} from '@regimen/core'

/** Steps or epochs; one of the two. */
export interface StepsOrEpochs {
  readonly steps?: number
  readonly epochs?: number
}

/** What {@link ema} takes. */
export interface EmaOptions {
  /** `ema`: an exponential moving average; `swa`: the equal average of SWA. Default `ema`. */
  readonly mode?: 'ema' | 'swa'
  /** What is kept of the average at each update, from 0 to below 1; `ema` only. Default 0.999. */
  readonly decay?: number
  /** Whether the decay rises to `decay`, as `(1 + n) / (10 + n)` after n updates; `ema` only. Default false. */
  readonly warmup?: boolean
  /** From when on weights are averaged. Default: at once; required with `swa`. */
  readonly start?: StepsOrEpochs
  /** How often: after each nth step, or at the end of each nth epoch. Default: each step; each epoch with `swa`. */
  readonly every?: StepsOrEpochs
  /** What the average does with variables that are not trained, such as BatchNorm's moving statistics. Default `average`. */
  readonly statistics?: 'average' | 'latest'
  /** The learning rate that SWA anneals to from `start` on; `swa` only. Default: rates are left alone. */
  readonly learningRate?: number
  /** Epochs in which the rate gets there. Default 10. */
  readonly annealEpochs?: number
  /** How it gets there. Default `cosine`. */
  readonly anneal?: 'cosine' | 'linear'
}

const moment = (least: number) =>
  group({
    steps: count().from(least).describe('steps of the run'),
    epochs: count().from(least).describe('epochs'),
  })

/** The options of {@link EmaOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('ema', {
  mode: oneOf('ema', 'swa')
    .default('ema')
    .describe('an exponential moving average, or the equal average of SWA'),
  decay: number()
    .from(0)
    .below(1)
    .otherwise('0.999')
    .describe('what an update keeps of the average; `ema` only'),
  warmup: flag()
    .default(false)
    .describe(
      'whether the decay is at most `(1 + n) / (10 + n)` after n updates; `ema` only',
    ),
  start: moment(0)
    .otherwise('at once; required with `swa`')
    .describe('from when on weights are averaged'),
  every: moment(1)
    .otherwise('each step; with `swa` each epoch')
    .describe('after each nth step, or at the end of each nth epoch'),
  statistics: oneOf('average', 'latest')
    .default('average')
    .describe('variables that are not trained are averaged too, or copied'),
  learningRate: number()
    .above(0)
    .otherwise('rates are left alone')
    .describe('the rate that SWA anneals to from `start` on; `swa` only'),
  annealEpochs: count().default(10).describe('epochs in which the rate gets there'),
  anneal: oneOf('cosine', 'linear').default('cosine').describe('how it gets there'),
} satisfies OptionFieldsOf<EmaOptions>)

/** {@link EmaOptions}, complete. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: EmaOptions) {
  const resolved = options.check(input)
  const { mode, decay, warmup, learningRate } = resolved
  const isSwa = mode === 'swa'
  if (isSwa && decay !== undefined) refuseFor('ema', 'decay', decay)
  if (isSwa && warmup) refuseFor('ema', 'warmup', warmup)
  if (!isSwa && learningRate !== undefined) refuseFor('swa', 'learningRate', learningRate)
  if (isSwa && resolved.start === undefined) {
    const expected = 'when averaging begins, such as { epochs: 8 }, with mode "swa"'
    invalidOption('ema', 'start', undefined, expected)
  }
  return {
    ...resolved,
    decay: decay ?? 0.999,
    start: oneUnit('start', resolved.start ?? { steps: 0 }),
    every: oneUnit('every', resolved.every ?? (isSwa ? { epochs: 1 } : { steps: 1 })),
  }
}

function refuseFor(mode: string, option: string, found: unknown): never {
  return invalidOption('ema', option, found, `none: it is for mode "${mode}"`)
}

/** A moment in one unit. */
export type Moment =
  | { readonly unit: 'steps'; readonly amount: number }
  | { readonly unit: 'epochs'; readonly amount: number }

function oneUnit(option: string, { steps, epochs }: StepsOrEpochs): Moment {
  if (steps !== undefined && epochs === undefined) return { unit: 'steps', amount: steps }
  if (epochs !== undefined && steps === undefined)
    return { unit: 'epochs', amount: epochs }
  const found = { steps, epochs }
  return invalidOption('ema', option, found, 'either { steps: n } or { epochs: n }')
}
