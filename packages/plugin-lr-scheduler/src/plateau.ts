import {
  amount,
  checkOptions,
  count,
  flag,
  isBetter,
  type MetricName,
  number,
  type OptionFieldsOf,
  oneOf,
  text,
} from '@regimen/core'

/** What {@link reduceOnPlateau} takes. */
export interface PlateauOptions {
  /** The metric that decides. */
  readonly monitor: MetricName
  /** Whether smaller or larger values are better. */
  readonly mode: 'min' | 'max'
  /** What the rate is multiplied by, below 1. Default 0.1. */
  readonly factor?: number
  /** Judgements without improvement that are borne: the next one reduces the rate. Default 10. */
  readonly patience?: number
  /** How much better a value must be. Default 1e-4. */
  readonly threshold?: number
  /** Whether `threshold` is a share of the best value or a difference. Default `rel`. */
  readonly thresholdMode?: 'rel' | 'abs'
  /** Judgements after a reduction that do not count. Default 0. */
  readonly cooldown?: number
  /** The rate is not reduced below this. Default 0. */
  readonly minLr?: number
  /** A reduction by no more than this is left out. Default 1e-8. */
  readonly minChange?: number
  /** Judge the latest value once per epoch, or after each validation. Default `epoch`. */
  readonly checkOn?: 'epoch' | 'validation'
  /** Whether a missing metric is an error; else a warning. Default true. */
  readonly strict?: boolean
}

/** What a plateau remembers. */
export type PlateauState = {
  readonly best: number
  /** Judgements without improvement in a row. */
  readonly bad: number
  /** Judgements that still do not count. */
  readonly cooldown: number
  /** How often the rate was reduced. */
  readonly reductions: number
}

/** Reduces the rate when a metric has stopped improving. Not a function of counters: it has a state. */
export interface Plateau
  extends Required<Pick<PlateauOptions, 'monitor' | 'checkOn' | 'strict'>> {
  readonly kind: 'plateau'
  readonly initial: PlateauState
  /** The state after a judgement. NaN is never better. */
  readonly judge: (state: PlateauState, value: number) => PlateauState
  /** The rate after some reductions. */
  readonly rate: (reductions: number, base: number) => number
}

const fields = {
  monitor: text<MetricName>().required(),
  mode: oneOf('min', 'max').required(),
  factor: number().above(0).below(1).default(0.1),
  patience: count().default(10),
  threshold: amount().default(1e-4),
  thresholdMode: oneOf('rel', 'abs').default('rel'),
  cooldown: count().default(0),
  minLr: amount().default(0),
  minChange: amount().default(1e-8),
  checkOn: oneOf('epoch', 'validation').default('epoch'),
  strict: flag().default(true),
} satisfies OptionFieldsOf<PlateauOptions>

/**
 * Multiplies the rate by `factor` when a metric has not improved for more than `patience` judgements.
 * As `ReduceLROnPlateau` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * lrScheduler({ schedule: reduceOnPlateau({ monitor: 'val_loss', mode: 'min', patience: 3 }) })
 */
export function reduceOnPlateau(options: PlateauOptions): Plateau {
  const checked = checkOptions('reduceOnPlateau', options, fields)
  const { monitor, mode, patience, cooldown, checkOn, strict } = checked
  const best = mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return {
    kind: 'plateau',
    monitor,
    checkOn,
    strict,
    initial: { best, bad: 0, cooldown: 0, reductions: 0 },
    judge(state, value) {
      const isImproved = isBetter(mode, value, markOf(state.best, checked))
      const isCooling = state.cooldown > 0
      const bad = isImproved || isCooling ? 0 : state.bad + 1
      const next = { ...state, best: isImproved ? value : state.best }
      if (bad > patience)
        return { ...next, bad: 0, cooldown, reductions: state.reductions + 1 }
      return { ...next, bad, cooldown: isCooling ? state.cooldown - 1 : 0 }
    },
    rate: (reductions, base) => reduced(reductions, base, checked),
  }
}

/** What a value must be better than. */
function markOf(
  best: number,
  { mode, threshold, thresholdMode }: Required<PlateauOptions>,
): number {
  const sign = mode === 'min' ? -1 : 1
  return thresholdMode === 'rel' ? best * (1 + sign * threshold) : best + sign * threshold
}

function reduced(
  reductions: number,
  base: number,
  options: Required<PlateauOptions>,
): number {
  const { factor, minLr, minChange } = options
  let rate = base
  for (let done = 0; done < reductions; done++) {
    const next = Math.max(rate * factor, minLr)
    if (!(rate - next > minChange)) return rate
    rate = next
  }
  return rate
}
