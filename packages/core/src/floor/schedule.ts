import {
  batchesOfShare,
  type Every,
  type EveryUnit,
  isNever,
  isShare,
  partsOf,
  type ScheduleOwner,
} from './every.js'

/** The counts of a run that a {@link Schedule} follows, including the current batch and epoch. */
export interface ScheduleClock {
  /** Completed epochs, plus the current one. */
  readonly epoch: number
  /** Completed batches of the epoch, plus the current one. */
  readonly batch: number
  /** Steps of the whole run, plus that of the current batch. */
  readonly step: number
  /** Milliseconds of training so far, including those of resumed runs. */
  readonly elapsedMs: number
  /** Batches per epoch, if known. */
  readonly trainBatches: number | undefined
}

/** The clock outside of runs. */
export const stoppedClock: ScheduleClock = {
  epoch: 0,
  batch: 0,
  step: 0,
  elapsedMs: 0,
  trainBatches: undefined,
}

/** When something last happened: plain data, as saved in a snapshot. */
export type ScheduleState = Readonly<
  Record<'epoch' | 'batch' | 'step' | 'elapsedMs', number>
>

const NEVER_YET: ScheduleState = { epoch: 0, batch: 0, step: 0, elapsedMs: 0 }

/**
 * A schedule in one run: says when something is due and remembers when it last happened. What is due
 * stays due until {@link markDone} is called.
 *
 * @example
 * ```ts no-run
 * const schedule = new Schedule({ steps: 100 }, () => clock)
 * if (schedule.isDueAfterBatch()) {
 *   await write()
 *   schedule.markDone()
 * }
 * ```
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
   * Whether it is due after a batch, which whole epochs never are: since the last time, a multiple of the
   * amount was reached. In the middle of a batch: whether it is due after this batch, if its weights
   * change.
   */
  isDueAfterBatch(): boolean {
    if (!this.isWithinEpoch) return false
    const clock = this.#clockNow()
    const last = this.#last
    if (this.#unit === 'seconds')
      return clock.elapsedMs - last.elapsedMs >= this.#amount * 1000
    if (this.#unit === 'steps') return isPassed(this.#amount, last.step, clock.step)
    if (clock.trainBatches === undefined) return false
    const batches = batchesOfShare(this.#amount, clock.trainBatches)
    return isPassed(batches, clock.epoch === last.epoch ? last.batch : 0, clock.batch)
  }

  /** Whether it is due at the end of the current epoch, or the one just ended: whole epochs only. */
  isDueAfterEpoch(): boolean {
    if (this.#isNever || this.isWithinEpoch) return false
    return this.#clockNow().epoch % this.#amount === 0
  }

  /** Notes that it has happened now. Seconds and steps are counted from now on. */
  markDone(): void {
    const { epoch, batch, step, elapsedMs: now } = this.#clockNow()
    // No time unless the unit is seconds: states of equal runs are equal.
    const elapsedMs = this.#unit === 'seconds' ? now : 0
    this.#last = { epoch, batch, step, elapsedMs }
  }

  /** When it last happened; all 0 before the first time. */
  get last(): ScheduleState {
    return this.#last
  }

  /** Restores what {@link last} returned, in this run or another: it is then due at the same batches. */
  restore(saved: ScheduleState = NEVER_YET): void {
    this.#last = saved
  }
}

/** Whether a multiple of an amount lies after one count, up to another. */
const isPassed = (amount: number, from: number, to: number): boolean =>
  Math.floor(to / amount) > Math.floor(from / amount)

/** A schedule of a run, its owner, and its name in snapshots. */
export interface NamedSchedule extends ScheduleOwner {
  readonly key: string
  readonly schedule: Schedule
}
