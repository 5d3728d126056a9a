import type { PluginContext } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'
import { refuse } from './batch-parts.js'

type Tfjs = PluginContext['tf']

/**
 * Targets as numbers that can be mixed, one row per sample: what is one-hot as it is, class indexes as
 * one-hot. The caller disposes of them. Cost: reads indexes, to refuse one that is no class.
 *
 * @throws REG_DATA_INVALID
 */
export async function mixable(
  tfjs: Tfjs,
  targets: tf.Tensor,
  classes: number | undefined,
): Promise<tf.Tensor> {
  const last = targets.shape.at(-1)
  const isIndexes = targets.rank === 1 || (targets.rank === 2 && last === 1)
  if (!isIndexes || (classes === undefined && targets.dtype === 'float32')) {
    if (classes !== undefined && last !== classes)
      refuse(`targets have ${last} columns`, `expected ${classes}, as many as "classes"`)
    if (classes === undefined && targets.dtype !== 'float32' && isIndexes)
      refuseIndexes(targets)
    return tfjs.cast(targets, 'float32')
  }
  if (classes === undefined) return refuseIndexes(targets)
  for (const value of await targets.data())
    if (!Number.isInteger(value) || value < 0 || value >= classes)
      refuse(`a label is ${value}`, `expected an index of ${classes} classes, from 0`)
  return tfjs.tidy(() => {
    const flat = tfjs.cast(tfjs.reshape(targets, [-1]), 'int32') as tf.Tensor1D
    return tfjs.cast(tfjs.oneHot(flat, classes), 'float32')
  })
}

function refuseIndexes({ dtype }: tf.Tensor): never {
  return refuse(
    `labels are ${dtype}: class indexes, of which a mixture means nothing`,
    'expected one-hot targets, or the option "classes" to make them',
  )
}

/** Spreads a share of each target over all classes; a single column is between 0 and 1. */
export function smoothed(tfjs: Tfjs, targets: tf.Tensor, share: number): tf.Tensor {
  const classes = targets.rank < 2 ? 1 : (targets.shape.at(-1) ?? 1)
  const level = classes === 1 ? 0.5 : 1 / classes
  return tfjs.add(tfjs.mul(targets, 1 - share), share * level)
}
