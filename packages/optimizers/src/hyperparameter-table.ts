import { checkScheduled, type Scheduled, valueAt } from './hyperparameter.js'
import { quote } from './near-miss.js'
import type { Group, GroupedSettings, Settings } from './options.js'
import type { Rule, Values } from './rule.js'

/** The hyperparameters of an optimizer and of its groups, as they are now. */
export class HyperparameterTable<Name extends string> {
  readonly #rule: Rule<Name>
  readonly #names: readonly Name[]
  readonly #own: Record<Name, Scheduled>
  readonly #groups: readonly Group<Name>[]
  /** The rate as configured, which the rates of groups are meant beside; `undefined` for a function. */
  readonly #configuredRate: number | undefined

  constructor(rule: Rule<Name>, settings: GroupedSettings<Name>) {
    this.#rule = rule
    this.#names = Object.keys(rule.hyperparameters) as Name[]
    this.#groups = settings.groups ?? []
    const given: Settings<Name> = settings
    const entries = this.#names.map((name) => [
      name,
      given[name] ?? rule.hyperparameters[name].default,
    ])
    this.#own = Object.fromEntries(entries)
    const rate = this.#own['learningRate' as Name]
    this.#configuredRate = typeof rate === 'number' ? rate : undefined
  }

  /** Whether a hyperparameter is a function of the step. */
  isScheduled(name: Name): boolean {
    return typeof this.#own[name] === 'function'
  }

  /** The value of a hyperparameter in a step. @throws RangeError if a function gives none */
  get(name: Name, step: number): number {
    return this.#valueAt(this.#own[name], name, step)
  }

  /** Replaces a hyperparameter, and its function if it has one. @throws RangeError */
  set(name: Name, value: Scheduled): void {
    const { hyperparameters, owner } = this.#rule
    checkScheduled(value, hyperparameters[name], `${owner}: ${quote(name)}`)
    this.#own[name] = value
  }

  /**
   * The values of a group in a step.
   *
   * @param group its index, -1 for none
   * @throws RangeError if a function gives no value
   */
  valuesOf(group: number, step: number): Values<Name> {
    const settings = this.#groups[group]
    const values = {} as Record<Name, number>
    for (const name of this.#names) {
      const own = settings?.[name]
      values[name] =
        own === undefined
          ? this.get(name, step)
          : this.#valueAt(own, name, step) * this.#scaleOf(name)
    }
    return values
  }

  /** Who sets the learning rate, as schedulers do, scales those of groups alike. */
  #scaleOf(name: Name): number {
    const configured = this.#configuredRate
    const rate = this.#own[name]
    const isScaled =
      name === 'learningRate' && configured !== undefined && typeof rate === 'number'
    return isScaled && configured > 0 ? rate / configured : 1
  }

  #valueAt(scheduled: Scheduled, name: Name, step: number): number {
    const { hyperparameters, owner } = this.#rule
    return valueAt(scheduled, step, hyperparameters[name], owner, name)
  }
}
