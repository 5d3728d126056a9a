import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { Compiled } from './compiled.js'
import { type RowWeight, weightedMean, weightsOfRows } from './row-weights.js'

/** What the loss of a batch is made from. */
export interface LossInput {
  readonly batch: object
  readonly targets: readonly Tensor[]
  readonly outputs: readonly Tensor[]
  readonly isTraining: boolean
}

/** How losses of outputs become one. */
export interface LossRule {
  readonly lossFunctions: NonNullable<Compiled['lossFunctions']>
  readonly names: readonly string[]
  readonly rowWeights: readonly RowWeight[]
  readonly lossWeights: readonly number[] | undefined
}

/** The loss of a batch, and that of each output before `lossWeights`: scalars. */
export interface Losses {
  readonly total: Tensor
  readonly each: readonly Tensor[]
}

/** The loss over all outputs. @throws REG_DATA_INVALID */
export function lossesOf(
  rule: LossRule,
  { batch, targets, outputs, isTraining }: LossInput,
): Losses {
  const { lossFunctions, names, rowWeights, lossWeights } = rule
  const all = lossFunctions.map((lossOf, index) => {
    const target = targets[index] as Tensor
    const loss = lossOf(target, outputs[index] as Tensor)
    const weight = rowWeights[index]
    const weights = weight && weightsOfRows(weight, target, batch, isTraining)
    return { loss, mean: weights && weightedMean(loss, weights, names[index] ?? '') }
  })
  const each = all.map(({ loss, mean }) => mean ?? tf.mean(loss))
  const isPlain = lossWeights === undefined && all.every(({ mean }) => mean === undefined)
  if (isPlain && all.length === 1) return { total: each[0] as Tensor, each }
  if (isPlain) {
    // As tfjs does: losses are added before their mean is taken.
    const sum = all.map(({ loss }) => loss).reduce((so, loss) => tf.add(so, loss))
    return { total: tf.mean(sum), each }
  }
  const weighted = each.map((loss, index) => tf.mul(loss, lossWeights?.[index] ?? 1))
  return { total: weighted.reduce((so, loss) => tf.add(so, loss)), each }
}
