import type { PluginContext } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'
import { refuse } from './batch-parts.js'
import { type Box, beta, boxOf, permutation, type Random, shareLeft } from './draws.js'
import type { ResolvedOptions } from './options.js'

type Tfjs = PluginContext['tf']

/** How a batch is mixed. */
export interface Mixture {
  /** The row that each row is mixed with. */
  readonly order: readonly number[]
  /** The share of the row itself. */
  readonly lambda: number
  /** CutMix: where the other row's pixels are; absent: everywhere, by their share. */
  readonly box?: Box
}

/** Draws how a batch is mixed; `undefined`: not at all. @throws REG_DATA_INVALID */
export function drawMixture(
  { alpha, cutmix, cutmixShare, probability }: ResolvedOptions,
  { shape, dtype }: Pick<tf.Tensor, 'shape' | 'dtype'>,
  random: Random,
): Mixture | undefined {
  const isCut = cutmix !== undefined && (alpha === undefined || random() < cutmixShare)
  const concentration = isCut ? cutmix : alpha
  if (concentration === undefined || random() >= probability) return undefined
  if (dtype !== 'float32')
    refuse(`inputs are ${dtype}`, 'expected float32, which can be mixed')
  const lambda = beta(concentration, random)
  const order = permutation(shape[0] ?? 0, random)
  if (!isCut) return { order, lambda }
  const [, height, width] = shape
  if (shape.length !== 4 || height === undefined || width === undefined)
    return refuse(
      `inputs have the shape [${shape}]`,
      'expected images [rows, height, width, channels] for CutMix',
    )
  const box = boxOf(lambda, height, width, random)
  return { order, lambda: shareLeft(box, height, width), box }
}

/** Inputs with those of the other rows mixed in. */
export function mixedInputs(tfjs: Tfjs, x: tf.Tensor, mixture: Mixture): tf.Tensor {
  const { box } = mixture
  if (!box) return mixedRows(tfjs, x, mixture)
  const { top, bottom, left, right } = box
  const [, height = 0, width = 0] = x.shape
  const mask = new Uint8Array(height * width)
  for (let row = top; row < bottom; row++)
    mask.fill(1, row * width + left, row * width + right)
  const inside = tfjs.tensor(mask, [1, height, width, 1], 'bool')
  return tfjs.where(inside, otherRows(tfjs, x, mixture), x)
}

/** Rows by their share, and the other rows by the rest. */
export function mixedRows(tfjs: Tfjs, rows: tf.Tensor, mixture: Mixture): tf.Tensor {
  const { lambda } = mixture
  const others = otherRows(tfjs, rows, mixture)
  return tfjs.add(tfjs.mul(rows, lambda), tfjs.mul(others, 1 - lambda))
}

function otherRows(tfjs: Tfjs, rows: tf.Tensor, { order }: Mixture): tf.Tensor {
  return tfjs.gather(rows, tfjs.tensor1d([...order], 'int32'))
}
