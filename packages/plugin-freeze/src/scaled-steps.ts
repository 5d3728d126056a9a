import type { PluginContext } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * Scales what an optimizer changes in some variables. Every rule of an optimizer is linear in the learning
 * rate, so this is a rate of their own, with any optimizer.
 */
export class ScaledSteps {
  readonly #tf: PluginContext['tf']
  #held: readonly {
    readonly variable: tf.Variable
    readonly before: tf.Tensor
    readonly rate: number
  }[] = []

  constructor(tfjs: PluginContext['tf']) {
    this.#tf = tfjs
  }

  /** Holds the values before a step. */
  begin(rates: ReadonlyMap<tf.Variable, number>): void {
    this.dispose()
    this.#held = [...rates].map(([variable, rate]) => ({
      variable,
      rate,
      before: this.#tf.keep(variable.clone()),
    }))
  }

  /** Scales what the step has changed. */
  end(): void {
    const { add, mul, sub, tidy } = this.#tf
    for (const { variable, before, rate } of this.#held) {
      if (variable.dataId === before.dataId) continue
      tidy(() => variable.assign(add(before, mul(sub(variable, before), rate))))
    }
    this.dispose()
  }

  /** Forgets a step. */
  dispose(): void {
    for (const { before } of this.#held) before.dispose()
    this.#held = []
  }
}
