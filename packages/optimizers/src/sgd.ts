import { GroupedOptimizer } from './grouped-optimizer.js'
import type { Scheduled } from './hyperparameter.js'
import { checkFlag, checkOptions, type Group } from './options.js'
import { type SgdName, sgdRule } from './rules/sgd-rule.js'

/** Hyperparameters of `sgd`, for all variables or those of a group. */
export interface SgdSettings {
  /** Default 1e-3. */
  readonly learningRate?: Scheduled
  /** Default 0, which keeps no buffer. */
  readonly momentum?: Scheduled
  /** The share of a gradient that does not enter the momentum, except in the first step. Default 0. */
  readonly dampening?: Scheduled
  /** An L2 penalty: this share of the weight is added to its gradient. Default 0. */
  readonly weightDecay?: Scheduled
}

/** What `sgd` takes. */
export interface SgdOptions extends SgdSettings {
  /** Nesterov's momentum; needs `momentum`, and no `dampening`. Default false. */
  readonly nesterov?: boolean
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<SgdName>[]
}

/** Stochastic gradient descent as `torch.optim.SGD`; see {@link sgd}. */
export class Sgd extends GroupedOptimizer<SgdName> {
  /** Another name than tfjs' own class has, which may be registered beside this one. */
  static readonly className = 'RegimenSGD'
  readonly #isNesterov: boolean

  constructor(options: SgdOptions = {}) {
    const rule = sgdRule(options?.nesterov === true)
    checkOptions(rule, options, ['nesterov'])
    const { nesterov = false, momentum = 0, dampening = 0 } = options
    checkFlag(nesterov, 'sgd: "nesterov"')
    if (nesterov && (momentum === 0 || dampening !== 0))
      throw new RangeError(
        'sgd: "nesterov" is true; expected a "momentum" above 0 and no "dampening" with it.',
      )
    super(rule, options)
    this.#isNesterov = nesterov
  }

  get momentum(): number {
    return this.hyperparameter('momentum')
  }
  set momentum(value: Scheduled) {
    this.setHyperparameter('momentum', value)
  }

  override getClassName(): string {
    return 'SGD'
  }

  override getConfig() {
    return { ...super.getConfig(), nesterov: this.#isNesterov }
  }
}

/**
 * Stochastic gradient descent with momentum or Nesterov's, as `torch.optim.SGD`. `weightDecay` is an L2
 * penalty, as there.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })
 */
export function sgd(options: SgdOptions = {}): Sgd {
  return new Sgd(options)
}
