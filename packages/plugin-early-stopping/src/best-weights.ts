import type { PluginContext, RunInfo, StateWithTensors } from '@regimen/core'

type Variables = RunInfo['variables']

/** Weights in host memory, by the module's names of variables. */
export type Weights = StateWithTensors['tensors']

/** Copies all variables to host memory. Cost: one download of each, which waits for the device. */
export async function copyWeights(variables: Variables): Promise<Weights> {
  const entries = Object.entries(variables).map(async ([name, variable]) => {
    const data = (await variable.data()).slice() as Weights[string]['data']
    const dtype = variable.dtype as Weights[string]['dtype']
    return [name, { dtype, shape: [...variable.shape], data }] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Gives variables the values of a copy. Those that the copy lacks stay as they are. */
export function assignWeights(
  tf: PluginContext['tf'],
  variables: Variables,
  weights: Weights,
): void {
  tf.tidy(() => {
    for (const [name, { data, shape, dtype }] of Object.entries(weights)) {
      variables[name]?.assign(tf.tensor(data, [...shape], dtype))
    }
  })
}
