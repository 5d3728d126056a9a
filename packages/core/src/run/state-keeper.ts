import { fail, isRegimenError } from '../floor/errors.js'
import type { SaveReason } from '../hooks/payloads.js'
import { PluginWitness } from '../plugins/plugin-witness.js'
import type { Activity, FitState } from './fit-state.js'
import { type Moment, momentOf, pluginStates } from './moment.js'
import type { RunSchedules } from './run-schedules.js'

/** Throws the reason why no snapshot can be taken. */
type Refusal = () => never

/**
 * Knows from which moment of a fit a snapshot can be taken. Between two batches that is the present;
 * during a validation or an epoch's end, and after an error, it is the last moment before it.
 */
export class StateKeeper {
  /** Counts the optimizer steps that were tried. */
  changes = 0
  readonly #fit: FitState
  readonly #schedules: RunSchedules
  #held: Moment | Refusal | undefined
  /** Why no snapshot of this fit can be taken any more. */
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

  /** Called when the fit has its state: a new one, or that of a snapshot. */
  open(): void {
    this.#fit.activity = 'between'
  }

  /** A batch begins: until it ends, the state is neither the one before it nor the one after it. */
  beginBatch(): void {
    const { hooks, variables, session } = this.#fit
    this.#fit.activity = 'batch'
    this.#held = undefined
    this.#changesBefore = this.changes
    hooks.turn++
    this.#witness ??= new PluginWitness(session.host.stateful())
    if (hooks.isTapped('error')) this.#witness.begin()
    for (let i = 0; i < variables.length; i++)
      this.#weightsBefore[i] = dataIdOf(variables[i])
  }

  /** A hook begins that is called once per batch or fit, even if the fit is resumed. */
  beginHook(hook: 'batchEnd' | 'fitStart'): void {
    this.#fit.activity = hook
    this.#fit.hooks.turn++
  }

  /** The hook has ended. */
  endHook(): void {
    this.#fit.activity = 'between'
  }

  /**
   * Holds the present moment until what follows is complete: a validation, an epoch's end, `monitor`.
   * A run resumed from this moment repeats all of it.
   *
   * @throws REG_LOSS_NOT_FINITE
   */
  async hold(): Promise<void> {
    if (this.#held) return
    await this.#fit.flush()
    this.#held = this.#presentMoment()
  }

  /** What followed is complete: snapshots are of the present again. */
  release(): void {
    this.#held = undefined
  }

  /** After an error: holds the last moment that can be resumed from, if any. */
  async holdAfterError(thrown: unknown): Promise<void> {
    const { activity } = this.#fit
    if (activity === 'opening') return
    this.#fit.activity = 'between'
    if (this.#held || this.#refusal) return
    this.#refusal =
      activity === 'batch' ? this.#tornBatch() : this.#tornPlugin(activity, thrown)
    if (this.#refusal) return
    await this.hold().catch((cause: unknown) => {
      this.#refusal = rethrow(cause)
    })
  }

  /** Calls `save`. Snapshots in it are of the present, unless it interrupts a validation. */
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
   * The fit has ended. From now on snapshots are of this moment, with the weights at the time of the
   * call: plugins may forget the fit, and what the trainer runs next is not part of it.
   */
  end(): void {
    this.#atEnd = this.#presentMoment()
  }

  /** From now on no snapshot of this fit can be taken. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** The latest moment that can be resumed from. @throws REG_BUSY */
  async moment(): Promise<Moment> {
    const { activity, state, variables } = this.#fit
    if (activity === 'opening') fail('REG_BUSY.opening')
    this.#refusal?.()
    if (activity === 'batch') fail('REG_BUSY.step')
    if (state.isSanityCheck) fail('REG_BUSY.sanity')
    if (activity === 'batchEnd' || activity === 'fitStart')
      this.#assertAllCalled(activity)
    const held = this.#held
    if (held === undefined) return this.#atEnd ? resolve(this.#atEnd) : this.#now()
    const moment = resolve(held)
    const isSame = moment.weights.every(
      (dataId, index) => dataId === dataIdOf(variables[index]),
    )
    if (!isSame) fail('REG_BUSY.weights')
    return activity === 'save' ? { ...moment, ...pluginStates(this.#fit) } : moment
  }

  async #now(): Promise<Moment> {
    await this.#fit.flush()
    return momentOf(this.#fit, this.#schedules)
  }

  /** The present moment, or the refusal to throw once a snapshot is asked for. */
  #presentMoment(): Moment | Refusal {
    try {
      return momentOf(this.#fit, this.#schedules)
    } catch (thrown) {
      return rethrow(thrown)
    }
  }

  /** Refuses a snapshot until all plugins with state were called in the hook. */
  #assertAllCalled(hook: 'batchEnd' | 'fitStart'): void {
    const { hooks, session } = this.#fit
    const waiting = session.host
      .stateful()
      .filter(({ taps, turn }) => taps.has(hook) && turn !== hooks.turn)
    if (waiting.length > 0)
      fail('REG_BUSY.turn', { hook, plugins: waiting.map(({ id }) => id) })
  }

  /** Why a run cannot be resumed from the state that a failed batch left, if so. */
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
    if (!isSame || this.changes > this.#changesBefore)
      return () => fail('REG_BUSY.torn', failed)
    const plugins = this.#witness?.changed(hooks.turn) ?? []
    if (plugins.length > 0)
      return () => fail('REG_BUSY.tornPlugins', { ...failed, plugins })
    return undefined
  }

  /** A plugin that failed in a hook that is not called again may have missed a batch. */
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

/** The data id of a variable: a new object after each assignment. */
const dataIdOf = (variable: object | undefined): object =>
  (variable as { readonly dataId: object }).dataId
