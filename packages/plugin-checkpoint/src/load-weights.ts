import { RegimenError, type Snapshot, type TensorData } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { loadCheckpoint, type StoreReference } from './load.js'

/** Variables by name or as a list, as `variables()` of a module returns them. */
export type Variables = Readonly<Record<string, tf.Variable>> | readonly tf.Variable[]

/** A path, what a store holds, or a snapshot. */
export type WeightSource = string | StoreReference | Snapshot

/**
 * Gives a module or some variables the weights of a checkpoint: all that inference needs.
 *
 * @throws REG_CHECKPOINT_MISMATCH listing each name, dtype and shape that differs; nothing is changed
 *   then. REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED
 * @example
 * await loadWeights(module, 'runs/mnist/version_0/best.safetensors')
 */
export async function loadWeights(
  target: { readonly variables: () => Variables } | Variables,
  source: WeightSource,
): Promise<void> {
  const own = typeof (target as { variables?: unknown }).variables === 'function'
  const given = own ? (target as { variables: () => Variables }).variables() : (target as Variables)
  const variables: Readonly<Record<string, tf.Variable>> = Array.isArray(given)
    ? Object.fromEntries(given.map((variable: tf.Variable) => [variable.name, variable]))
    : (given as Readonly<Record<string, tf.Variable>>)
  const saved = await weightsOf(source)
  checkSame(saved, variables)
  for (const [name, { data, shape, dtype }] of Object.entries(saved)) {
    const value = tf.tensor(data, shape as number[], dtype)
    variables[name]?.assign(value)
    value.dispose()
  }
}

/** The weights of a checkpoint under the names that the module gave them. */
export async function weightsOf(source: WeightSource): Promise<Record<string, TensorData>> {
  const isSnapshot = typeof source !== 'string' && 'tensors' in source
  const { tensors } = isSnapshot ? source : await loadCheckpoint(source)
  const own = Object.entries(tensors).filter(([name]) => name.startsWith('module/'))
  return Object.fromEntries(own.map(([name, data]) => [name.slice('module/'.length), data]))
}

type Kind = Pick<TensorData, 'shape'> & { readonly dtype: string }

/** @throws REG_CHECKPOINT_MISMATCH */
export function checkSame(
  saved: Readonly<Record<string, Kind>>,
  here: Readonly<Record<string, Kind>>,
): void {
  const kindOf = (value: Kind | undefined) =>
    value ? `${value.dtype} [${value.shape}]` : 'missing'
  const names = new Set([...Object.keys(here), ...Object.keys(saved)])
  const differences = [...names].flatMap((name) => {
    const [there, own] = [kindOf(saved[name]), kindOf(here[name])]
    return there === own ? [] : [`"${name}" is ${there} in the checkpoint and ${own} here`]
  })
  if (differences.length === 0) return
  const text = `The checkpoint is of another model: ${differences.join('; ')}.`
  throw new RegimenError('REG_CHECKPOINT_MISMATCH', text)
}
