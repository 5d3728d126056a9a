import { GroupedOptimizer } from './grouped-optimizer.js'
import type { Scheduled } from './hyperparameter.js'
import { checkOptions, type Group } from './options.js'
import { type LambName, lambRule } from './rules/lamb-rule.js'

/** Hyperparameters of `lamb`, for all variables or those of a group. */
export interface LambSettings {
  /** Default 1e-3. */
  readonly learningRate?: Scheduled
  /** What the mean of gradients keeps in a step. Default 0.9. */
  readonly beta1?: Scheduled
  /** What the mean of squares keeps in a step. Default 0.999. */
  readonly beta2?: Scheduled
  /** Added to the root of the corrected mean of squares. Default 1e-6. */
  readonly epsilon?: Scheduled
  /** Decoupled: this share of the weight is added to Adam's way before the trust ratio. Default 0. */
  readonly weightDecay?: Scheduled
}

/** What `lamb` takes. */
export interface LambOptions extends LambSettings {
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<LambName>[]
}

/** LAMB; see {@link lamb}. */
export class Lamb extends GroupedOptimizer<LambName> {
  static readonly className = 'LAMB'

  constructor(options: LambOptions = {}) {
    checkOptions(lambRule, options)
    super(lambRule, options)
  }

  get beta1(): number {
    return this.hyperparameter('beta1')
  }
  set beta1(value: Scheduled) {
    this.setHyperparameter('beta1', value)
  }
}

/**
 * LAMB, algorithm 2 of You et al. 2020, "Large Batch Optimization for Deep Learning": Adam whose step is
 * scaled for each variable by `|weights| / |step|` (1 where either is 0). `weightDecay` is decoupled.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * lamb({ learningRate: 2e-3, weightDecay: 0.01, groups: [{ match: /bias|norm/, weightDecay: 0 }] })
 */
export function lamb(options: LambOptions = {}): Lamb {
  return new Lamb(options)
}
