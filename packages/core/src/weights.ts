import * as tf from '@tensorflow/tfjs-core'
import { RegimenError } from './errors.js'
import { quote } from './nearest.js'
import type { TensorData } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * Gives variables the values of a snapshot (its tensors under `module/`).
 *
 * @throws REG_CHECKPOINT_MISMATCH listing every name and shape that differs; nothing is changed then
 */
export function restoreVariables(
  table: VariableTable,
  tensors: Readonly<Record<string, TensorData>>,
): void {
  const saved = new Map(
    Object.entries(tensors)
      .filter(([path]) => path.startsWith('module/'))
      .map(([path, data]) => [path.slice('module/'.length), data]),
  )
  const differences: string[] = []
  for (const [name, variable] of Object.entries(table.byName)) {
    const data = saved.get(name)
    if (!data) differences.push(`${quote(name)} is missing in the snapshot`)
    else if (!isSameKind(data, variable)) {
      differences.push(
        `${quote(name)} is ${data.dtype} [${data.shape}] in the snapshot and ${variable.dtype} [${variable.shape}] here`,
      )
    }
  }
  for (const name of saved.keys()) {
    if (!(name in table.byName)) differences.push(`${quote(name)} is in the snapshot only`)
  }
  if (differences.length > 0) {
    throw new RegimenError(
      'REG_CHECKPOINT_MISMATCH',
      `The snapshot is of another model: ${differences.join('; ')}.`,
    )
  }
  tf.tidy(() => {
    for (const [name, variable] of Object.entries(table.byName)) {
      const { data, shape, dtype } = saved.get(name) as TensorData
      variable.assign(tf.tensor(data, shape as number[], dtype))
    }
  })
}

function isSameKind(data: TensorData, variable: tf.Variable): boolean {
  const hasSameRank = data.shape.length === variable.shape.length
  return (
    hasSameRank &&
    data.dtype === variable.dtype &&
    data.shape.every((size, axis) => size === variable.shape[axis])
  )
}
