import { checkShare } from '../floor/every.js'
import { type NamedSchedule, Schedule, type ScheduleClock } from '../floor/schedule.js'
import { isEpochOpen } from '../state/phase.js'
import type { FitState } from './fit-state.js'

/** The clock of a fit's schedules. Reads the fit's progress; allocates nothing. */
class FitClock implements ScheduleClock {
  readonly #fit: FitState

  constructor(fit: FitState) {
    this.#fit = fit
  }

  get epoch(): number {
    const { state, phase } = this.#fit
    return isEpochOpen(phase) ? state.epoch + 1 : state.epoch
  }

  get batch(): number {
    const { state, activity } = this.#fit
    return activity === 'batch' ? state.batch + 1 : state.batch
  }

  get step(): number {
    const { state, activity, stepBeforeBatch } = this.#fit
    return activity === 'batch' ? stepBeforeBatch + 1 : state.step
  }

  get elapsedMs(): number {
    return this.#fit.elapsedMs()
  }

  get trainBatches(): number | undefined {
    return this.#fit.trainBatches
  }
}

/** The schedules of a fit: those of its options, and those of the active plugins. */
export class RunSchedules {
  readonly clock: ScheduleClock
  readonly validation: Schedule
  readonly log: Schedule
  readonly #fit: FitState

  constructor(fit: FitState) {
    const { options } = fit.session
    this.#fit = fit
    this.clock = new FitClock(fit)
    this.validation = new Schedule(options.validateEvery, () => this.clock)
    this.log = new Schedule(options.logEvery, () => this.clock)
  }

  /** All schedules; the one for validation only if the fit validates. */
  get all(): readonly NamedSchedule[] {
    const { session, isValidated } = this.#fit
    const trainer = [ofTrainer('logEvery', this.log)]
    if (isValidated) trainer.push(ofTrainer('validateEvery', this.validation))
    return [...trainer, ...session.host.schedules]
  }

  /** Refuses fractions of an epoch whose size is not known by now. @throws REG_OPTION_INVALID */
  checkShares(): void {
    for (const { schedule, key: _, ...owner } of this.all)
      checkShare(schedule.every, owner, this.#fit.trainBatches)
  }
}

const ofTrainer = (option: string, schedule: Schedule): NamedSchedule => ({
  key: option,
  owner: 'Trainer',
  option,
  schedule,
})
