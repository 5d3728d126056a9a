import { GroupedOptimizer } from './grouped-optimizer.js'
import type { Scheduled } from './hyperparameter.js'
import { checkFlag, checkOptions, type Group } from './options.js'
import { type AdamName, adamRule, type Decay } from './rules/adam-rule.js'

/** Hyperparameters of `adam` and `adamW`, for all variables or those of a group. */
export interface AdamSettings {
  /** Default 1e-3. */
  readonly learningRate?: Scheduled
  /** What the mean of gradients keeps in a step. Default 0.9. */
  readonly beta1?: Scheduled
  /** What the mean of squares keeps in a step. Default 0.999. */
  readonly beta2?: Scheduled
  /** Added to the root of the corrected mean of squares. Default 1e-8. */
  readonly epsilon?: Scheduled
  /** For `adam` an L2 penalty, default 0; for `adamW` decoupled, default 0.01. */
  readonly weightDecay?: Scheduled
}

/** What `adam` and `adamW` take. */
export interface AdamOptions extends AdamSettings {
  /** Divide by the largest mean of squares so far. Default false. */
  readonly amsgrad?: boolean
  /** Variables with hyperparameters of their own. */
  readonly groups?: readonly Group<AdamName>[]
}

abstract class AdamLike extends GroupedOptimizer<AdamName> {
  readonly #isAmsgrad: boolean

  constructor(owner: string, decay: Decay, options: AdamOptions) {
    const rule = adamRule(owner, decay, options?.amsgrad === true)
    checkOptions(rule, options, ['amsgrad'])
    const { amsgrad = false } = options
    checkFlag(amsgrad, `${owner}: "amsgrad"`)
    super(rule, options)
    this.#isAmsgrad = amsgrad
  }

  get beta1(): number {
    return this.hyperparameter('beta1')
  }
  set beta1(value: Scheduled) {
    this.setHyperparameter('beta1', value)
  }

  get beta2(): number {
    return this.hyperparameter('beta2')
  }
  set beta2(value: Scheduled) {
    this.setHyperparameter('beta2', value)
  }

  override getConfig() {
    return { ...super.getConfig(), amsgrad: this.#isAmsgrad }
  }
}

/** Adam as `torch.optim.Adam`; see {@link adam}. */
export class Adam extends AdamLike {
  /** Another name than tfjs' own class has, which may be registered beside this one. */
  static readonly className = 'RegimenAdam'

  constructor(options: AdamOptions = {}) {
    super('adam', 'coupled', options)
  }

  override getClassName(): string {
    return 'Adam'
  }
}

/** AdamW as `torch.optim.AdamW`; see {@link adamW}. */
export class AdamW extends AdamLike {
  static readonly className = 'AdamW'

  constructor(options: AdamOptions = {}) {
    super('adamW', 'decoupled', options)
  }
}

/**
 * Adam as `torch.optim.Adam`: `epsilon` is added to the corrected root. `weightDecay` is an L2 penalty,
 * as there.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * adam({ learningRate: (step) => 1e-3 * Math.min(1, (step + 1) / 100) })
 */
export function adam(options: AdamOptions = {}): Adam {
  return new Adam(options)
}

/**
 * Adam as `torch.optim.AdamW`: `weightDecay` is decoupled, it shrinks weights by `learningRate ·
 * weightDecay` and does not enter the moments.
 *
 * @throws TypeError for an unknown option, RangeError for a number out of range
 * @example
 * adamW({ weightDecay: 0.05, groups: [{ match: '*bias', weightDecay: 0 }] })
 */
export function adamW(options: AdamOptions = {}): AdamW {
  return new AdamW(options)
}
