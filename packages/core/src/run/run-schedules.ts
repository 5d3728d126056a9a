import { checkShare } from '../floor/every.js'
import { type NamedSchedule, Schedule, type ScheduleClock } from '../floor/schedule.js'
import type { FitRun } from './fit-run.js'

/** The clock by which the schedules of a fit go. Reads where the fit stands; allocates nothing. */
class RunClock implements ScheduleClock {
  readonly #run: FitRun

  constructor(run: FitRun) {
    this.#run = run
  }

  get epoch(): number {
    const { state, isInEpoch } = this.#run
    return isInEpoch ? state.epoch + 1 : state.epoch
  }

  get batch(): number {
    const { state, isInBatch } = this.#run
    return isInBatch ? state.batch + 1 : state.batch
  }

  get step(): number {
    const { state, isInBatch, stepBeforeBatch } = this.#run
    return isInBatch ? stepBeforeBatch + 1 : state.step
  }

  get elapsedMs(): number {
    return this.#run.elapsedMs()
  }

  get trainBatches(): number | undefined {
    return this.#run.trainBatches
  }
}

/** The schedules of a fit: those of its options, and those of the plugins in use. */
export class RunSchedules {
  readonly clock: ScheduleClock
  readonly validation: Schedule
  readonly log: Schedule
  readonly #run: FitRun

  constructor(run: FitRun) {
    const { options } = run.session
    this.#run = run
    this.clock = new RunClock(run)
    this.validation = new Schedule(options.validateEvery, () => this.clock)
    this.log = new Schedule(options.logEvery, () => this.clock)
  }

  /** All of them; that of validations only where there is one. */
  get all(): readonly NamedSchedule[] {
    const { session, validation } = this.#run
    const trainers = [named('logEvery', this.log)]
    if (validation) trainers.push(named('validateEvery', this.validation))
    return [...trainers, ...session.host.schedules]
  }

  /** Refuses shares of an epoch whose size is not known now. @throws REG_OPTION_INVALID */
  checkShares(): void {
    for (const { schedule, key: _, ...owner } of this.all)
      checkShare(schedule.every, owner, this.#run.trainBatches)
  }
}

const named = (option: string, schedule: Schedule): NamedSchedule => ({
  key: option,
  owner: 'Trainer',
  option,
  schedule,
})
