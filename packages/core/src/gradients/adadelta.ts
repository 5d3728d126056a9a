import * as tf from '@tensorflow/tfjs-core'

interface Slot {
  readonly originalName: string
  readonly variable: tf.Variable
}

/** The private state of `tf.AdadeltaOptimizer`. */
interface Adadelta {
  readonly learningRate: number
  readonly rho: number
  readonly epsilon: number
  readonly accumulatedGrads: Slot[]
  readonly accumulatedUpdates: Slot[]
  incrementIterations(): void
}

/**
 * The step of ADADELTA (Zeiler 2012, algorithm 1; `torch.optim.Adadelta`). tfjs divides by the mean
 * square of the previous gradients, which is zero at first: its first steps are plain gradient descent
 * and far too long.
 *
 * @param gradients by tfjs' names of the variables, or as a list
 */
function applyGradients(
  this: Adadelta,
  gradients: tf.NamedTensorMap | { readonly name: string; readonly tensor: tf.Tensor }[],
): void {
  const named = Array.isArray(gradients)
    ? gradients.map(({ name, tensor }) => [name, tensor] as const)
    : Object.entries<tf.Tensor | null>(gradients)
  for (const [index, [name, gradient]] of named.entries()) {
    const variable = registered(name)
    const square = slotAt(this.accumulatedGrads, index, `${name}/accum_grad`, variable)
    const change = slotAt(this.accumulatedUpdates, index, `${name}/accum_var`, variable)
    if (gradient === null || gradient === undefined) continue
    tf.tidy(() => {
      const mean = (of: tf.Tensor, one: tf.Tensor) =>
        tf.add(tf.mul(of, this.rho), tf.mul(tf.square(one), 1 - this.rho))
      const root = (of: tf.Tensor) => tf.sqrt(tf.add(of, this.epsilon))
      square.assign(mean(square, gradient))
      const update = tf.mul(tf.div(root(change), root(square)), gradient)
      change.assign(mean(change, update))
      variable.assign(tf.add(variable, tf.mul(update, -this.learningRate)))
    })
  }
  this.incrementIterations()
}

/** Patches `tf.train.adadelta` with the step above, once for all optimizers of its class. */
export function mendAdadelta(): void {
  Object.assign(tf.AdadeltaOptimizer.prototype, { applyGradients })
}

function slotAt(slots: Slot[], index: number, originalName: string, like: tf.Variable) {
  slots[index] ??= {
    originalName,
    variable: tf.tidy(() => tf.zerosLike(like).variable(false)),
  }
  return slots[index].variable
}

function registered(name: string): tf.Variable {
  const { state } = tf.engine() as unknown as {
    readonly state: {
      readonly registeredVariables: Readonly<Record<string, tf.Variable>>
    }
  }
  return state.registeredVariables[name] as tf.Variable
}
