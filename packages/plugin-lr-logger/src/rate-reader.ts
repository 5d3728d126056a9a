import type { Optimizer, Tensor } from '@tensorflow/tfjs-core'

/** What tfjs' optimizers keep to themselves. */
interface Fields {
  readonly learningRate?: unknown
  /** Where SGD and Momentum keep the rate that they use, negated. */
  readonly c?: Tensor | null
  readonly decay?: unknown
  readonly momentum?: unknown
  readonly beta1?: unknown
  readonly weightDecay?: unknown
}

/** Reads what an optimizer would use in its next step. */
export class RateReader {
  readonly #optimizer: Optimizer
  readonly #fields: Fields
  readonly #isAdamax: boolean
  #knownTensor: Tensor | undefined
  #knownRate = Number.NaN

  constructor(optimizer: Optimizer) {
    this.#optimizer = optimizer
    this.#fields = optimizer as unknown as Fields
    this.#isAdamax = optimizer.getClassName() === 'Adamax'
  }

  /**
   * The learning rate that counts; `undefined` if it is unknown. SGD and Momentum ignore an
   * assigned `learningRate` and go by a tensor, which is read once for each change (cost: it waits
   * for the device); Adamax lets its rate decay.
   */
  get learningRate(): number | undefined {
    const { learningRate: field, c, decay } = this.#fields
    if (c) return this.#rateOf(c, field)
    if (typeof field !== 'number') return undefined
    if (!this.#isAdamax || typeof decay !== 'number') return field
    return field / (1 + decay * this.#optimizer.iterations)
  }

  /** beta1 of Adam and Adamax, the momentum of others; `undefined` if there is none. */
  get momentum(): number | undefined {
    const { beta1, momentum } = this.#fields
    return [beta1, momentum].find((value) => typeof value === 'number')
  }

  /** The weight decay of an optimizer that knows it; 0 for those of tfjs, which do not. */
  get weightDecay(): number {
    const { weightDecay } = this.#fields
    return typeof weightDecay === 'number' ? weightDecay : 0
  }

  #rateOf(tensor: Tensor, field: unknown): number {
    if (tensor === this.#knownTensor) return this.#knownRate
    const used = -(tensor.dataSync()[0] ?? Number.NaN)
    const isField = typeof field === 'number' && Math.fround(field) === used
    this.#knownTensor = tensor
    this.#knownRate = isField ? field : used
    return this.#knownRate
  }
}
