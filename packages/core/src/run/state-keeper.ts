import { fail, isRegimenError } from '../floor/errors.js'
import type { SaveReason } from '../hooks/payloads.js'
import { PluginWitness } from '../plugins/plugin-witness.js'
import type { FitRun } from './fit-run.js'
import { type Moment, momentOf, pluginStates } from './moment.js'

/**
 * Where a run is: `opening` until it has its state; `batch` from its beginning to its `stepEnd`;
 * `batchEnd`, `fitStart` and `save` in these hooks; `between` everywhere else.
 */
type Phase = 'opening' | 'between' | 'batch' | 'batchEnd' | 'fitStart' | 'save'

/** Throws why no snapshot can be taken. */
type Refusal = () => never

/**
 * Knows of which moment of a run a snapshot can be taken. That is the present one between two batches;
 * while a validation or an epoch's end goes on, or after an error, the last one before.
 */
export class StateKeeper {
  /** Counts the optimizer steps that were tried. */
  changes = 0
  #phase: Phase = 'opening'
  #held: Moment | Refusal | undefined
  /** Why there will be no snapshot of this run any more. */
  #refusal: Refusal | undefined
  #changesBefore = 0
  readonly #weightsBefore: object[] = []
  #witness: PluginWitness | undefined
  #savedStep: number | undefined
  #atEnd: Moment | Refusal | undefined

  constructor(private readonly run: FitRun) {}

  /** Whether a batch is under way, up to its last step. */
  get isInBatch(): boolean {
    return this.#phase === 'batch'
  }

  /** The run has its state: a new one, or that of a snapshot. */
  open(): void {
    this.#phase = 'between'
  }

  /** A batch begins, in which the state is neither that before nor that after it. */
  beginBatch(): void {
    const { hooks, variables } = this.run
    this.#phase = 'batch'
    this.#held = undefined
    this.#changesBefore = this.changes
    hooks.turn++
    this.#witness ??= new PluginWitness(this.run.session.host.stateful())
    if (hooks.isTapped('error')) this.#witness.begin()
    for (let i = 0; i < variables.length; i++)
      this.#weightsBefore[i] = (variables[i] as { dataId: object }).dataId
  }

  /** A hook begins that is called once for what it tells of, also when the run is resumed. */
  beginHook(phase: 'batchEnd' | 'fitStart'): void {
    this.#phase = phase
    this.run.hooks.turn++
  }

  /** That hook has ended. */
  endHook(): void {
    this.#phase = 'between'
  }

  /**
   * Holds the present moment until what follows is complete: a validation, an epoch's end, `monitor`.
   * A run that is resumed from it does all of it again.
   *
   * @throws REG_LOSS_NOT_FINITE
   */
  async hold(): Promise<void> {
    if (this.#held) return
    await this.run.flush()
    this.#held = heldMoment(this.run)
  }

  /** What followed is complete: the present moment counts again. */
  release(): void {
    this.#held = undefined
  }

  /** After an error: the last moment that can be resumed from is held, if there is one. */
  async holdAfterError(thrown: unknown): Promise<void> {
    const phase = this.#phase
    if (phase === 'opening') return
    this.#phase = 'between'
    if (this.#held || this.#refusal) return
    this.#refusal = phase === 'batch' ? this.#tornBatch() : tornPlugin(this.run, phase, thrown)
    if (this.#refusal) return
    await this.hold().catch((why: unknown) => {
      this.#refusal = () => {
        throw why
      }
    })
  }

  /** `save` begins: in it the present moment counts, but where it comes in the middle of a validation. */
  async saving(reason: SaveReason, emit: () => Promise<void> | void): Promise<void> {
    const held = this.#held
    if (reason !== 'interrupted') this.#held = undefined
    this.#phase = 'save'
    try {
      await emit()
      this.#savedStep = this.run.state.step
    } catch (thrown) {
      this.#held = held
      throw thrown
    } finally {
      this.#phase = 'between'
    }
  }

  /**
   * The fit has ended. From now on snapshots are of this moment, with the weights as they are then:
   * plugins may give up what they know of the fit, and what the trainer runs next is none of it.
   */
  end(): void {
    this.#atEnd = heldMoment(this.run)
  }

  /** From now on no snapshot of this run can be taken. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** The newest moment that can be resumed from. @throws REG_BUSY */
  async moment(): Promise<Moment> {
    const { run } = this
    const phase = this.#phase
    if (phase === 'opening') fail('REG_BUSY.opening')
    this.#refusal?.()
    if (phase === 'batch') fail('REG_BUSY.step')
    if (run.state.isSanityCheck) fail('REG_BUSY.sanity')
    if (phase === 'batchEnd' || phase === 'fitStart') {
      const plugins = this.#behindIn(phase)
      if (plugins.length > 0) fail('REG_BUSY.turn', { hook: phase, plugins })
    }
    const held = this.#held
    if (held === undefined) {
      if (this.#atEnd) return told(this.#atEnd)
      await run.flush()
      return momentOf(run)
    }
    if (typeof held === 'function') return held()
    const isSame = held.weights.every((one, index) => one === run.variables[index]?.dataId)
    if (!isSame) fail('REG_BUSY.weights')
    return phase === 'save' ? { ...held, ...pluginStates(run) } : held
  }

  /** Plugins with state whose tap of a hook has still to be called in this turn. */
  #behindIn(hook: Phase): string[] {
    const { hooks, session } = this.run
    const behind = session.host.stateful().filter(({ taps, turn }) => {
      return taps.has(hook) && turn !== hooks.turn
    })
    return behind.map(({ id }) => id)
  }

  /** Why the batch that failed leaves nothing to resume from, if so. */
  #tornBatch(): Refusal | undefined {
    const { run } = this
    const { state } = run
    const isSame = this.#weightsBefore.every((one, index) => one === run.variables[index]?.dataId)
    const newest =
      this.#savedStep === undefined
        ? 'There was none yet: begin anew'
        : `The newest is that after step ${this.#savedStep}`
    const about = { batch: state.batch + 1, epoch: state.epoch + 1, newest }
    if (!isSame || this.changes > this.#changesBefore) return () => fail('REG_BUSY.torn', about)
    const plugins = this.#witness?.changed(run.hooks.turn) ?? []
    if (plugins.length > 0) return () => fail('REG_BUSY.tornPlugins', { ...about, plugins })
    return undefined
  }
}

/** The present moment, or why there is none, for when a snapshot is asked for. */
function heldMoment(run: FitRun): Moment | Refusal {
  try {
    return momentOf(run)
  } catch (thrown) {
    return () => {
      throw thrown
    }
  }
}

const told = (moment: Moment | Refusal): Moment =>
  typeof moment === 'function' ? moment() : moment

/** A plugin that failed in a hook that is not called again may have lost what it was told. */
function tornPlugin({ session }: FitRun, phase: Phase, thrown: unknown): Refusal | undefined {
  if (phase !== 'batchEnd' || !isRegimenError(thrown)) return undefined
  const { plugin, hook } = thrown
  const isStateful = session.host.stateful().some(({ id }) => id === plugin)
  if (plugin === undefined || hook !== phase || !isStateful) return undefined
  return () => fail('REG_BUSY.tornPlugin', { plugin, hook })
}
