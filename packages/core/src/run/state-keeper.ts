import { fail, isRegimenError } from '../floor/errors.js'
import type { SaveReason } from '../hooks/payloads.js'
import { PluginWitness } from '../plugins/plugin-witness.js'
import type { Activity, FitState } from './fit-state.js'
import { type Moment, momentOf, pluginStates } from './moment.js'
import type { RunSchedules } from './run-schedules.js'

/** Throws why no snapshot can be taken. */
type Refusal = () => never

/**
 * Knows of which moment of a fit a snapshot can be taken. That is the present one between two batches;
 * during a validation or an epoch's end, and after an error, it is the last one before.
 */
export class StateKeeper {
  /** Counts the optimizer steps that were tried. */
  changes = 0
  readonly #fit: FitState
  readonly #schedules: RunSchedules
  #held: Moment | Refusal | undefined
  /** Why there will be no snapshot of this fit any more. */
  #refusal: Refusal | undefined
  #changesBefore = 0
  readonly #weightsBefore: object[] = []
  #witness: PluginWitness | undefined
  #savedStep: number | undefined
  #atEnd: Moment | Refusal | undefined

  constructor(fit: FitState, schedules: RunSchedules) {
    this.#fit = fit
    this.#schedules = schedules
  }

  /** The fit has its state: a new one, or that of a snapshot. */
  open(): void {
    this.#fit.activity = 'between'
  }

  /** A batch begins, in which the state is neither that before nor that after it. */
  beginBatch(): void {
    const { hooks, variables, session } = this.#fit
    this.#fit.activity = 'batch'
    this.#held = undefined
    this.#changesBefore = this.changes
    hooks.turn++
    this.#witness ??= new PluginWitness(session.host.stateful())
    if (hooks.isTapped('error')) this.#witness.begin()
    for (let i = 0; i < variables.length; i++) this.#weightsBefore[i] = dataIdOf(variables[i])
  }

  /** A hook begins that is called once for each batch or fit, also when that is resumed. */
  beginHook(hook: 'batchEnd' | 'fitStart'): void {
    this.#fit.activity = hook
    this.#fit.hooks.turn++
  }

  /** That hook has ended. */
  endHook(): void {
    this.#fit.activity = 'between'
  }

  /**
   * Holds the present moment until what follows is complete: a validation, an epoch's end, `monitor`.
   * A run that is resumed from it does all of it again.
   *
   * @throws REG_LOSS_NOT_FINITE
   */
  async hold(): Promise<void> {
    if (this.#held) return
    await this.#fit.flush()
    this.#held = this.#presentMoment()
  }

  /** What followed is complete: the present moment counts again. */
  release(): void {
    this.#held = undefined
  }

  /** After an error: the last moment that can be resumed from is held, if there is one. */
  async holdAfterError(thrown: unknown): Promise<void> {
    const { activity } = this.#fit
    if (activity === 'opening') return
    this.#fit.activity = 'between'
    if (this.#held || this.#refusal) return
    this.#refusal = activity === 'batch' ? this.#tornBatch() : this.#tornPlugin(activity, thrown)
    if (this.#refusal) return
    await this.hold().catch((cause: unknown) => {
      this.#refusal = rethrow(cause)
    })
  }

  /** Calls `save`, in which the present moment counts, unless it interrupts a validation. */
  async saving(reason: SaveReason, emit: () => Promise<void> | void): Promise<void> {
    const held = this.#held
    if (reason !== 'interrupted') this.#held = undefined
    this.#fit.activity = 'save'
    try {
      await emit()
      this.#savedStep = this.#fit.state.step
    } catch (thrown) {
      this.#held = held
      throw thrown
    } finally {
      this.#fit.activity = 'between'
    }
  }

  /**
   * The fit has ended. From now on snapshots are of this moment, with the weights as they are then:
   * plugins may forget what they know of the fit, and what the trainer runs next is no part of it.
   */
  end(): void {
    this.#atEnd = this.#presentMoment()
  }

  /** From now on no snapshot of this fit can be taken. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** The newest moment that can be resumed from. @throws REG_BUSY */
  async moment(): Promise<Moment> {
    const { activity, state, variables } = this.#fit
    if (activity === 'opening') fail('REG_BUSY.opening')
    this.#refusal?.()
    if (activity === 'batch') fail('REG_BUSY.step')
    if (state.isSanityCheck) fail('REG_BUSY.sanity')
    if (activity === 'batchEnd' || activity === 'fitStart') this.#assertAllCalled(activity)
    const held = this.#held
    if (held === undefined) return this.#atEnd ? resolve(this.#atEnd) : this.#now()
    const moment = resolve(held)
    const isSame = moment.weights.every((dataId, index) => dataId === dataIdOf(variables[index]))
    if (!isSame) fail('REG_BUSY.weights')
    return activity === 'save' ? { ...moment, ...pluginStates(this.#fit) } : moment
  }

  async #now(): Promise<Moment> {
    await this.#fit.flush()
    return momentOf(this.#fit, this.#schedules)
  }

  /** The present moment, or why there is none, for when a snapshot is asked for. */
  #presentMoment(): Moment | Refusal {
    try {
      return momentOf(this.#fit, this.#schedules)
    } catch (thrown) {
      return rethrow(thrown)
    }
  }

  /** Refuses a snapshot before all plugins with state have had their turn in a hook. */
  #assertAllCalled(hook: 'batchEnd' | 'fitStart'): void {
    const { hooks, session } = this.#fit
    const waiting = session.host
      .stateful()
      .filter(({ taps, turn }) => taps.has(hook) && turn !== hooks.turn)
    if (waiting.length > 0) fail('REG_BUSY.turn', { hook, plugins: waiting.map(({ id }) => id) })
  }

  /** Why the batch that failed leaves nothing to resume from, if so. */
  #tornBatch(): Refusal | undefined {
    const { state, variables, hooks } = this.#fit
    const isSame = this.#weightsBefore.every(
      (dataId, index) => dataId === dataIdOf(variables[index]),
    )
    const newest =
      this.#savedStep === undefined
        ? 'There was none yet: begin anew'
        : `The newest is that after step ${this.#savedStep}`
    const failed = { batch: state.batch + 1, epoch: state.epoch + 1, newest }
    if (!isSame || this.changes > this.#changesBefore) return () => fail('REG_BUSY.torn', failed)
    const plugins = this.#witness?.changed(hooks.turn) ?? []
    if (plugins.length > 0) return () => fail('REG_BUSY.tornPlugins', { ...failed, plugins })
    return undefined
  }

  /** A plugin that failed in a hook that is not called again may have lost what it received. */
  #tornPlugin(activity: Activity, thrown: unknown): Refusal | undefined {
    if (activity !== 'batchEnd' || !isRegimenError(thrown)) return undefined
    const { plugin, hook } = thrown
    const isStateful = this.#fit.session.host.stateful().some(({ id }) => id === plugin)
    if (plugin === undefined || hook !== activity || !isStateful) return undefined
    return () => fail('REG_BUSY.tornPlugin', { plugin, hook })
  }
}

const resolve = (moment: Moment | Refusal): Moment =>
  typeof moment === 'function' ? moment() : moment

const rethrow = (thrown: unknown): Refusal => {
  return () => {
    throw thrown
  }
}

/** What a variable holds: another object once it was assigned. */
const dataIdOf = (variable: object | undefined): object =>
  (variable as { readonly dataId: object }).dataId
