import { GroupedOptimizer } from './grouped-optimizer.js'
import type { Scheduled } from './hyperparameter.js'
import { checkOptions, type Group } from './options.js'
import { type LionName, lionRule } from './rules/lion-rule.js'

/** Hyperparameters of `lion`, for all variables or those of a group. */
export interface LionSettings {
  /** Default 1e-4. */
  readonly learningRate?: Scheduled
  /** What the sign that a step follows keeps of the momentum. Default 0.9. */
  readonly beta1?: Scheduled
  /** What the momentum keeps in a step. Default 0.99. */
  readonly beta2?: Scheduled
  /** Decoupled: weights shrink by `learningRate · weightDecay`. Default 0. */
  readonly weightDecay?: Scheduled
}

/** What `lion` takes. */
export interface LionOptions extends LionSettings {
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<LionName>[]
}

/** Lion; see {@link lion}. */
export class Lion extends GroupedOptimizer<LionName> {
  static readonly className = 'Lion'

  constructor(options: LionOptions = {}) {
    checkOptions(lionRule, options)
    super(lionRule, options)
  }

  get beta1(): number {
    return this.hyperparameter('beta1')
  }
  set beta1(value: Scheduled) {
    this.setHyperparameter('beta1', value)
  }
}

/**
 * Lion, algorithm 2 of Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms": steps of one
 * size along the sign of the momentum. Its rate is three to ten times smaller than Adam's.
 * `weightDecay` is decoupled.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * lion({ learningRate: 1e-4, weightDecay: 0.1 })
 */
export function lion(options: LionOptions = {}): Lion {
  return new Lion(options)
}
