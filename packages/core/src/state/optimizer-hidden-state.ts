import * as tf from '@tensorflow/tfjs-core'
import { hasWeights, isBuiltIn, tensorsFoundIn } from './optimizer-holders.js'
import type { VariableTable } from './variables.js'

const withHiddenState = new WeakSet<object>()

/** Whether an optimizer was seen to keep tensors where they cannot be found. */
export const hasHiddenState = (optimizer: object): boolean =>
  withHiddenState.has(optimizer)

/**
 * Applies gradients for the first time, and notes whether the optimizer keeps tensors where they cannot
 * be found: it made tensors, or assigned variables, that are neither in it nor in the module.
 */
export function applyWatched(
  optimizer: tf.Optimizer,
  gradients: tf.NamedTensorMap,
  table: VariableTable,
): void {
  if (isBuiltIn(optimizer) || hasWeights(optimizer)) {
    optimizer.applyGradients(gradients)
    return
  }
  const before = outsideOf(optimizer, gradients, table)
  optimizer.applyGradients(gradients)
  const after = outsideOf(optimizer, gradients, table)
  const isAssigned = [...before.variables].some(
    ([variable, held]) => after.variables.has(variable) && variable.dataId !== held,
  )
  if (after.count > before.count || isAssigned) withHiddenState.add(optimizer)
}

/** The tensors that are neither an optimizer's nor gradients: their number, and the data ids of variables. */
function outsideOf(
  optimizer: object,
  gradients: tf.NamedTensorMap,
  table: VariableTable,
) {
  const found = tensorsFoundIn(optimizer, table)
  const ofModule = Object.values(table.byName)
  const engine = tf.engine() as unknown as {
    readonly state: {
      readonly registeredVariables: Readonly<Record<string, tf.Variable>>
    }
  }
  const others = Object.values(engine.state.registeredVariables).filter(
    (variable) => !found.has(variable) && !ofModule.includes(variable),
  )
  const variables = new Map(
    others.map((variable) => [variable, variable.dataId as object]),
  )
  for (const gradient of Object.values(gradients)) found.add(gradient)
  const alive = [...found].filter((tensor) => !tensor.isDisposed)
  return { count: tf.memory().numTensors - alive.length, variables }
}
