import { RegimenError } from '@regimen/core'
import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'

interface Fields {
  learningRate?: unknown
  /** Of the optimizers of `@regimen/optimizers`. */
  readonly hasScheduledRate?: unknown
  /** Where SGD and Momentum of tfjs keep the negated rate; `learningRate` alone changes nothing. */
  c?: Tensor | null
  setLearningRate?: (rate: number) => void
}

/** The learning rate of an optimizer, until it is given back as it was. */
export class LearningRate {
  /** The optimizer's own rate. */
  readonly initial: number
  readonly #fields: Fields
  #ownTensor: Tensor | undefined
  #applied: number | undefined

  /**
   * @param name of the optimizer, for the error's text
   * @throws REG_OPTIMIZER_INVALID if it has no number `learningRate`
   */
  constructor(optimizer: Optimizer, name: string) {
    this.#fields = optimizer as unknown as Fields
    const { learningRate, hasScheduledRate } = this.#fields
    if (hasScheduledRate === true) {
      const found = `Optimizer "${name}" (${optimizer.constructor.name}) has a function as "learningRate"`
      const advice =
        'so it needs no other schedule. Give it a number, or no schedule here'
      throw new RegimenError('REG_OPTIMIZER_INVALID', `${found}, ${advice}.`, {
        data: { optimizer: name },
      })
    }
    if (typeof learningRate !== 'number') {
      const found = `Optimizer "${name}" (${optimizer.constructor.name}) has no number "learningRate"`
      const advice = 'so it can have no schedule. Remove it from the schedules'
      throw new RegimenError('REG_OPTIMIZER_INVALID', `${found}, ${advice}.`, {
        data: { optimizer: name },
      })
    }
    this.initial = learningRate
  }

  /** Makes a rate the one of the next step. The tensor that SGD keeps for it belongs to this object. */
  set(rate: number): void {
    const fields = this.#fields
    if (rate === this.#applied && rate === fields.learningRate) return
    this.#applied = rate
    if (!fields.setLearningRate) {
      fields.learningRate = rate
      return
    }
    if (!this.#ownTensor && fields.c) {
      this.#ownTensor = fields.c
      fields.c = null
    }
    fields.setLearningRate(rate)
  }

  /** Gives the optimizer back as it was: its own rate, in its own tensor. */
  restore(): void {
    const fields = this.#fields
    if (this.#applied === undefined) return
    this.#applied = undefined
    if (this.#ownTensor) {
      fields.c?.dispose()
      fields.c = this.#ownTensor
      this.#ownTensor = undefined
      fields.learningRate = this.initial
    } else if (fields.setLearningRate) fields.setLearningRate(this.initial)
    else fields.learningRate = this.initial
  }
}
