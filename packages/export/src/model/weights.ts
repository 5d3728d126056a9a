import {
  modelDifferences,
  RegimenError,
  type Snapshot,
  type TensorData,
} from '@regimen/core'
import { weightNames } from '@regimen/core/layers'
import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** The values of a model's weights. */
export type WeightValues = ReadonlyMap<Variable, TensorData>

/**
 * Reads the weights of a model: those that it holds or, with a snapshot, those of the snapshot. The model
 * is not changed. Cost: a download of each weight.
 *
 * @throws REG_CHECKPOINT_MISMATCH if the snapshot is of another model
 */
export async function readWeights(
  model: LayersModel,
  snapshot: Snapshot | undefined,
): Promise<WeightValues> {
  const named = weightNames(model)
  if (snapshot) return valuesIn(snapshot, named)
  const read = Object.values(named).map(
    async (variable): Promise<[Variable, TensorData]> => {
      const { dtype, shape } = variable
      const data = (await variable.data()).slice()
      return [variable, { dtype, shape: [...shape], data } as TensorData]
    },
  )
  return new Map(await Promise.all(read))
}

function valuesIn(
  { tensors, origin }: Snapshot,
  named: Readonly<Record<string, Variable>>,
): WeightValues {
  const ofModule = Object.entries(tensors).filter(([name]) => name.startsWith('module/'))
  const saved = Object.fromEntries(
    ofModule.map(([name, data]) => [name.slice('module/'.length), data]),
  )
  const differences = modelDifferences(saved, named)
  if (differences !== undefined) {
    const what = origin === undefined ? 'The snapshot' : `The checkpoint "${origin}"`
    const text = `${what} is of another model: ${differences}. Give the model that it was saved with.`
    throw new RegimenError('REG_CHECKPOINT_MISMATCH', text, {
      data: { file: origin, differences },
    })
  }
  const entries = Object.entries(named).map(
    ([name, variable]) => [variable, saved[name] as TensorData] as const,
  )
  return new Map(entries)
}
