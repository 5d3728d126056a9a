import { GroupedOptimizer } from './grouped-optimizer.js'
import type { Scheduled } from './hyperparameter.js'
import { checkFlag, checkOptions, type Group } from './options.js'
import { type RmsPropName, rmsPropRule } from './rules/rms-prop-rule.js'

/** Hyperparameters of `rmsprop`, for all variables or those of a group. */
export interface RmsPropSettings {
  /** Default 0.01. */
  readonly learningRate?: Scheduled
  /** What the mean of squares keeps in a step; Keras' `rho`. Default 0.99. */
  readonly alpha?: Scheduled
  /** Added to the root of the mean of squares. Default 1e-8. */
  readonly epsilon?: Scheduled
  /** Default 0, which keeps no buffer. */
  readonly momentum?: Scheduled
  /** An L2 penalty: this share of the weight is added to its gradient. Default 0. */
  readonly weightDecay?: Scheduled
}

/** What `rmsprop` takes. */
export interface RmsPropOptions extends RmsPropSettings {
  /** Divide by the standard deviation, rather than the root of the mean of squares. Default false. */
  readonly centered?: boolean
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<RmsPropName>[]
}

/** RMSprop as `torch.optim.RMSprop`; see {@link rmsprop}. */
export class RmsProp extends GroupedOptimizer<RmsPropName> {
  /** Another name than tfjs' own class has, which may be registered beside this one. */
  static readonly className = 'RegimenRMSProp'
  readonly #isCentered: boolean

  constructor(options: RmsPropOptions = {}) {
    const rule = rmsPropRule(options?.centered === true)
    checkOptions(rule, options, ['centered'])
    const { centered = false } = options
    checkFlag(centered, 'rmsprop: "centered"')
    super(rule, options)
    this.#isCentered = centered
  }

  get momentum(): number {
    return this.hyperparameter('momentum')
  }
  set momentum(value: Scheduled) {
    this.setHyperparameter('momentum', value)
  }

  override getClassName(): string {
    return 'RMSProp'
  }

  override getConfig() {
    return { ...super.getConfig(), centered: this.#isCentered }
  }
}

/**
 * RMSprop as `torch.optim.RMSprop`: `epsilon` is added to the root. `weightDecay` is an L2 penalty, as
 * there.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * rmsprop({ learningRate: 1e-3, alpha: 0.9, momentum: 0.9 })
 */
export function rmsprop(options: RmsPropOptions = {}): RmsProp {
  return new RmsProp(options)
}
