import { LearningRate, type RunInfo } from '@regimen/core'
import { annealedRate, hasBegun, type Place } from './averaging.js'
import type { ResolvedOptions } from './options.js'

/** Where the annealing of each optimizer's rate began: plain data, as it is saved. */
export type SavedRates = {
  /** The 0-based epoch; `null` before. */
  readonly epoch: number | null
  /** Rates at that time, by optimizer. */
  readonly from: { readonly [optimizer: string]: number }
}

/** Before annealing has begun. */
export const noRates: SavedRates = { epoch: null, from: {} }

/** Anneals the rates of all optimizers to that of SWA. */
export class SwaRates {
  saved = noRates
  readonly #options: ResolvedOptions
  readonly #optimizers: RunInfo['optimizers']
  #rates: ReadonlyMap<string, LearningRate> | undefined

  constructor(options: ResolvedOptions, optimizers: RunInfo['optimizers']) {
    this.#options = options
    this.#optimizers = optimizers
  }

  /** Sets the rates for the next batch. @throws REG_OPTIMIZER_INVALID for one without a number as rate */
  apply(place: Place): void {
    const { learningRate: to, start } = this.#options
    // The next step is the first that counts.
    if (to === undefined || !hasBegun(start, { ...place, step: place.step + 1 })) return
    this.#rates ??= new Map(
      Object.entries(this.#optimizers).map(([name, optimizer]) => [
        name,
        new LearningRate(optimizer, name),
      ]),
    )
    if (this.saved.epoch === null) {
      const from = [...this.#rates].map(([name, { initial }]) => [name, initial])
      this.saved = { epoch: place.epoch, from: Object.fromEntries(from) }
    }
    const epochs = place.epoch - (this.saved.epoch ?? 0)
    for (const [name, rate] of this.#rates) {
      const from = this.saved.from[name] ?? rate.initial
      rate.set(annealedRate(this.#options, { from, to }, epochs))
    }
  }

  /** Gives the optimizers their own rates back. */
  restore(): void {
    for (const rate of this.#rates?.values() ?? []) rate.restore()
    this.#rates = undefined
  }
}
