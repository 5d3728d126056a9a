import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'

interface Fields {
  learningRate?: unknown
  /** Of the optimizers of `@regimen/optimizers`. */
  readonly hasScheduledRate?: unknown
  /** Where SGD and Momentum of tfjs keep the negated rate; `learningRate` alone changes nothing. */
  c?: Tensor | null
  setLearningRate?: (rate: number) => void
}

/**
 * Sets the learning rate of an optimizer, of tfjs or not, until it is given back as it was.
 */
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
    const kind = optimizer.constructor.name
    if (hasScheduledRate === true)
      fail('REG_OPTIMIZER_INVALID.scheduled', { optimizer: name, kind })
    this.initial =
      typeof learningRate === 'number'
        ? learningRate
        : fail('REG_OPTIMIZER_INVALID.rate', { optimizer: name, kind })
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
