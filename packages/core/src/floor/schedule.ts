import {
  batchesOfShare,
  type Every,
  type EveryUnit,
  isNever,
  isShare,
  partsOf,
  type ScheduleOwner,
} from './every.js'

/** What a {@link Schedule} goes by: where a run stands, with the batch and the epoch under way. */
export interface ScheduleClock {
  /** Completed epochs, with the one under way. */
  readonly epoch: number
  /** Completed batches of the epoch, with the one under way. */
  readonly batch: number
  /** Steps over the whole run, with that of the batch under way. */
  readonly step: number
  /** Milliseconds of training so far, those of resumed runs included. */
  readonly elapsedMs: number
  /** Batches of the epoch, where that is known. */
  readonly trainBatches: number | undefined
}

/** The clock of no run. */
export const stoppedClock: ScheduleClock = {
  epoch: 0,
  batch: 0,
  step: 0,
  elapsedMs: 0,
  trainBatches: undefined,
}

/** Where something last happened: plain data, as a snapshot keeps it. */
export type ScheduleState = Readonly<Record<'epoch' | 'batch' | 'step' | 'elapsedMs', number>>

const NEVER_YET: ScheduleState = { epoch: 0, batch: 0, step: 0, elapsedMs: 0 }

/**
 * A schedule at work in one run: tells when something is due and remembers when it last happened.
 * What is due stays due until {@link markDone} is called.
 *
 * @example
 * const schedule = new Schedule({ steps: 100 }, () => clock)
 * if (schedule.isDueAfterBatch()) {
 *   await write()
 *   schedule.markDone()
 * }
 */
export class Schedule {
  /** Whether it may fall due in the middle of an epoch, so that it is to be asked after each batch. */
  readonly isWithinEpoch: boolean
  readonly #unit: EveryUnit
  readonly #amount: number
  readonly #isNever: boolean
  readonly #isShare: boolean
  readonly #clockNow: () => ScheduleClock
  #last = NEVER_YET

  /** @param clockNow gives the clock of the run; called each time that the schedule is asked */
  constructor(
    readonly every: Every,
    clockNow: () => ScheduleClock,
  ) {
    const [unit, amount] = partsOf(every)
    this.#unit = unit
    this.#amount = amount
    this.#isNever = isNever(every)
    this.#isShare = isShare(every)
    this.#clockNow = clockNow
    this.isWithinEpoch = !this.#isNever && (unit !== 'epochs' || this.#isShare)
  }

  /** Whether it means never. */
  get isNever(): boolean {
    return this.#isNever
  }

  /**
   * Whether it is due after a batch, which whole epochs never are: a multiple of the amount has been
   * reached since the last time. Asked in the middle of a batch it tells whether it is due after that
   * one, provided that its weights change.
   */
  isDueAfterBatch(): boolean {
    if (!this.isWithinEpoch) return false
    const clock = this.#clockNow()
    const last = this.#last
    if (this.#unit === 'seconds') return clock.elapsedMs - last.elapsedMs >= this.#amount * 1000
    if (this.#unit === 'steps') return isPassed(this.#amount, last.step, clock.step)
    if (clock.trainBatches === undefined) return false
    const batches = batchesOfShare(this.#amount, clock.trainBatches)
    return isPassed(batches, clock.epoch === last.epoch ? last.batch : 0, clock.batch)
  }

  /** Whether it is due at the end of the epoch that is under way or has just ended: whole epochs only. */
  isDueAfterEpoch(): boolean {
    if (this.#isNever || this.isWithinEpoch) return false
    return this.#clockNow().epoch % this.#amount === 0
  }

  /** Notes that it has happened now. Seconds and steps are counted from here. */
  markDone(): void {
    const { epoch, batch, step, elapsedMs: now } = this.#clockNow()
    // No time where none is asked for: states of equal runs are equal.
    const elapsedMs = this.#unit === 'seconds' ? now : 0
    this.#last = { epoch, batch, step, elapsedMs }
  }

  /** When it last happened; all 0 before the first time. */
  get last(): ScheduleState {
    return this.#last
  }

  /** Takes what {@link last} gave, in this run or another: the same places are due from there on. */
  restore(saved: ScheduleState = NEVER_YET): void {
    this.#last = saved
  }
}

/** Whether a multiple of an amount lies behind one count, up to another. */
const isPassed = (amount: number, from: number, to: number): boolean =>
  Math.floor(to / amount) > Math.floor(from / amount)

/** A schedule of a run, whose it is, and the name under which snapshots keep it. */
export interface NamedSchedule extends ScheduleOwner {
  readonly key: string
  readonly schedule: Schedule
}
