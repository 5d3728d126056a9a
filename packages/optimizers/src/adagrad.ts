import { GroupedOptimizer } from './grouped-optimizer.js'
import { nonNegative, type Scheduled } from './hyperparameter.js'
import { quote } from './near-miss.js'
import { checkOptions, type Group } from './options.js'
import { type AdagradName, adagradRule } from './rules/adagrad-rule.js'

/** Hyperparameters of `adagrad`, for all variables or those of a group. */
export interface AdagradSettings {
  /** Default 0.01. */
  readonly learningRate?: Scheduled
  /** The rate of a variable's step `k`, counted from 0, is `learningRate / (1 + k · this)`. Default 0. */
  readonly learningRateDecay?: Scheduled
  /** Added to the root of the sum of squares. Default 1e-10. */
  readonly epsilon?: Scheduled
  /** An L2 penalty: this share of the weight is added to its gradient. Default 0. */
  readonly weightDecay?: Scheduled
}

/** What `adagrad` takes. */
export interface AdagradOptions extends AdagradSettings {
  /** What the sums of squares begin with. Default 0. */
  readonly initialAccumulator?: number
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<AdagradName>[]
}

/** Adagrad as `torch.optim.Adagrad`; see {@link adagrad}. */
export class Adagrad extends GroupedOptimizer<AdagradName> {
  /** Another name than tfjs' own class has, which may be registered beside this one. */
  static readonly className = 'RegimenAdagrad'
  readonly #initialAccumulator: number

  constructor(options: AdagradOptions = {}) {
    const rule = adagradRule(options?.initialAccumulator ?? 0)
    checkOptions(rule, options, ['initialAccumulator'])
    const { initialAccumulator = 0 } = options
    const { isValid, expected } = nonNegative(0)
    if (typeof initialAccumulator !== 'number' || !isValid(initialAccumulator)) {
      const found = quote(initialAccumulator)
      throw new RangeError(
        `adagrad: "initialAccumulator" is ${found}; expected ${expected}.`,
      )
    }
    super(rule, options)
    this.#initialAccumulator = initialAccumulator
  }

  override getClassName(): string {
    return 'Adagrad'
  }

  override getConfig() {
    return { ...super.getConfig(), initialAccumulator: this.#initialAccumulator }
  }
}

/**
 * Adagrad as `torch.optim.Adagrad`. `weightDecay` is an L2 penalty, as there.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * adagrad({ learningRate: 0.05, initialAccumulator: 0.1 })
 */
export function adagrad(options: AdagradOptions = {}): Adagrad {
  return new Adagrad(options)
}
