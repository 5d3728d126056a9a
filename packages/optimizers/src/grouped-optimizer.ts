import { type NamedTensorMap, Optimizer } from '@tensorflow/tfjs-core'
import { type GradientPair, gradientPairs, type NamedTensor } from './gradient-pairs.js'
import { GroupFinder } from './group-finder.js'
import type { Scheduled } from './hyperparameter.js'
import { HyperparameterTable } from './hyperparameter-table.js'
import type { GroupedSettings } from './options.js'
import type { Rule, Update } from './rule.js'
import { savedWeights, weightsOf } from './saved-weights.js'
import { checkSlots, disposeSlots, type Slots, slotOf, slotsFor } from './slots.js'
import { runSteps, type VariableStep } from './step.js'

const NO_GROUP = -1

/** The hyperparameters of every rule. */
type CommonName = 'learningRate' | 'weightDecay'

/**
 * A `tf.Optimizer` with parameter groups, scheduled hyperparameters and state by variable name. Each
 * variable counts its own steps, as in PyTorch: one that was frozen for a while resumes where it was.
 */
export abstract class GroupedOptimizer<Own extends string> extends Optimizer {
  /** Slots by name of the variable and of the slot. */
  readonly slots = new Map<string, Slots>()
  readonly #rule: Rule<Own | CommonName>
  readonly #table: HyperparameterTable<Own | CommonName>
  readonly #groups: GroupFinder
  readonly #steps = new Map<string, number>()

  protected constructor(
    rule: Rule<Own | CommonName>,
    settings: GroupedSettings<Own | CommonName>,
  ) {
    super()
    this.#rule = rule
    this.#table = new HyperparameterTable(rule, settings)
    const matches = (settings.groups ?? []).map(({ match }) => match)
    this.#groups = new GroupFinder(rule.owner, matches)
  }

  /** The rate of the next step. Setting it replaces a schedule, and scales the rates of groups alike. */
  get learningRate(): number {
    return this.hyperparameter('learningRate')
  }
  set learningRate(value: Scheduled) {
    this.setHyperparameter('learningRate', value)
  }

  get weightDecay(): number {
    return this.hyperparameter('weightDecay')
  }
  set weightDecay(value: Scheduled) {
    this.setHyperparameter('weightDecay', value)
  }

  /**
   * Whether the rate is a function of the step. Then it is configuration, although it changes in each
   * step: a resumed run takes the function from the code.
   */
  get hasScheduledRate(): boolean {
    return this.#table.isScheduled('learningRate')
  }

  /**
   * Lets groups match a module's names of variables too. `@regimen/core` calls it before a fit.
   *
   * @param names the module's names by those of tfjs
   */
  useNames(names: ReadonlyMap<string, string>): void {
    this.#groups.useNames(names)
  }

  /** The value of a hyperparameter in the next step. @throws RangeError if its function gives none */
  protected hyperparameter(name: Own | CommonName): number {
    return this.#table.get(name, this.iterations)
  }

  /** Replaces a hyperparameter. @throws RangeError */
  protected setHyperparameter(name: Own | CommonName, value: Scheduled): void {
    this.#table.set(name, value)
  }

  /** The values of the next step, without groups and schedules. */
  getConfig(): { [name: string]: number | boolean } {
    return { ...this.#table.valuesOf(NO_GROUP, this.iterations) }
  }

  /**
   * Changes variables by their gradients, float32, of the variables' shapes. `null` gradients are
   * skipped. Before an error nothing has been changed.
   *
   * @throws TypeError for an unknown variable or one that comes twice, RangeError for a gradient or
   * slot of another shape, a group that matches nothing, or a schedule that gives no valid number
   */
  applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    const pairs = gradientPairs(gradients, this.#rule.owner)
    this.#groups.check(pairs.map(({ variable }) => variable.name))
    const plans = pairs.map((pair) => this.#planOf(pair))
    const byUpdate = new Map<Update, VariableStep[]>()
    for (const { update, variable, gradient, scalars, slots } of plans) {
      const steps = byUpdate.get(update) ?? []
      byUpdate.set(update, steps)
      steps.push({
        variable,
        gradient,
        scalars,
        slots: slotsFor(slots, update.slots, variable),
      })
    }
    for (const [update, steps] of byUpdate) runSteps(update, steps)
    for (const { variable, steps } of plans) this.#steps.set(variable.name, steps)
    this.incrementIterations()
  }

  /** `iter`, then for each variable its slots and its count of steps: `dense/kernel/m`, `dense/kernel/step`. */
  override async getWeights(): Promise<NamedTensor[]> {
    return [await this.saveIterations(), ...weightsOf(this.#steps, this.slots)]
  }

  /**
   * Replaces all state. The tensors stay the caller's. A variable without a count of steps, as tfjs
   * saves it, has taken all of the optimizer's.
   *
   * @throws TypeError for a name that is no slot's
   */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const { owner } = this.#rule
    if (weights.length === 0)
      throw new TypeError(`${owner}: "weights" is []; expected "iter" and slots.`)
    const saved = await savedWeights(weights.slice(1), owner)
    await this.extractIterations(weights)
    this.dispose()
    for (const { variable, slot, tensor, steps } of saved) {
      if (steps === undefined) this.#slotsOf(variable)[slot] = slotOf(tensor)
      const known = this.#steps.get(variable) ?? this.iterations
      this.#steps.set(variable, steps ?? known)
    }
  }

  override dispose(): void {
    disposeSlots(this.slots)
    this.#steps.clear()
  }

  /** What a step will do to a variable. Changes nothing. */
  #planOf({ variable, gradient }: GradientPair) {
    const { name } = variable
    const values = this.#table.valuesOf(this.#groups.indexOf(name), this.iterations)
    const update = this.#rule.updateFor(values)
    const slots = this.#slotsOf(name)
    checkSlots(slots, variable, this.#rule.owner)
    const steps = (this.#steps.get(name) ?? 0) + 1
    const isFirst = update.slots.some((kind) => slots[kind.name] === undefined)
    const scalars = update.scalars(values, { steps, isFirst })
    return { update, variable, gradient, scalars, slots, steps }
  }

  #slotsOf(name: string): Slots {
    const known = this.slots.get(name)
    if (known !== undefined) return known
    const made: Slots = {}
    this.slots.set(name, made)
    return made
  }
}
