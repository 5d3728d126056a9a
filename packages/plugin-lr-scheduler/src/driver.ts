import { invalidOption, LearningRate } from '@regimen/core'
import type { Optimizer } from '@tensorflow/tfjs-core'
import { isPlateau } from './options.js'
import type { Plateau } from './plateau.js'
import { initialWatch, type WatchState } from './plateau-watch.js'
import type { Schedule } from './schedule.js'

/** The schedule of one optimizer, and what it remembers. */
export class Driver {
  readonly name: string
  readonly schedule: Schedule | Plateau
  /** The state of a plateau; `undefined` for functions. */
  watch: WatchState | undefined
  /** Batches in which this optimizer changed weights. */
  steps = 0
  readonly #baseLr: number | undefined
  readonly #optimizer: Optimizer
  #rate: LearningRate | undefined

  constructor(
    name: string,
    schedule: Schedule | Plateau,
    optimizer: Optimizer,
    baseLr?: number,
  ) {
    this.name = name
    this.schedule = schedule
    this.watch = isPlateau(schedule) ? initialWatch(schedule) : undefined
    this.#optimizer = optimizer
    this.#baseLr = baseLr
  }

  /** Takes hold of the optimizer's rate. @throws REG_OPTIMIZER_INVALID */
  begin(): void {
    this.#rate = new LearningRate(this.#optimizer, this.name)
  }

  /**
   * Gives the optimizer the rate for a count of steps or epochs; for a plateau, the one it has come to.
   *
   * @throws REG_OPTION_INVALID if the schedule gives no number from 0
   */
  apply(count: number): void {
    const rate = this.#rate
    if (!rate) return
    const base = this.#baseLr ?? rate.initial
    const { schedule, watch } = this
    const value = isPlateau(schedule)
      ? schedule.rate(watch?.plateau.reductions ?? 0, base)
      : schedule(count, base)
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) {
      rate.set(value)
      return
    }
    const named = isPlateau(schedule) ? schedule.kind : schedule.name
    const place = `optimizer "${this.name}", count ${count} and the base rate ${base}`
    invalidOption('lrScheduler', 'schedule', value, 'a non-negative number', {
      foundText: `"${named}", which gives ${value} for ${place}`,
      data: { optimizer: this.name },
    })
  }

  /** Gives the optimizer back as it was. */
  end(): void {
    this.#rate?.restore()
    this.#rate = undefined
  }
}
