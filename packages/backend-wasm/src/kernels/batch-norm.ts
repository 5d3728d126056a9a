import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, runKernel } from '../heap.js'
import { tasksFor } from './work.js'

/** Elements of a block of rows. */
const BLOCK = 2 ** 14

/**
 * `batchNorm` with given moments, float32: the mean, variance, scale and offset have one value per channel
 * or per element; a missing scale is 1 and a missing offset 0.
 */
export function batchNorm(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, mean, variance, scale, offset } = inputs as Inputs &
      Record<'x' | 'mean' | 'variance', TensorInfo>
    const engine = engineOf(backend)
    const columns = util.sizeFromShape(mean.shape)
    const size = util.sizeFromShape(x.shape)
    const given = [x, mean, variance, scale, offset].filter((one): one is TensorInfo =>
      Boolean(one),
    )
    const isKnown =
      given.every(({ dtype }) => dtype === 'float32') &&
      given.slice(1).every(({ shape }) => util.sizeFromShape(shape) === columns) &&
      (columns === size || columns === x.shape.at(-1))
    if (engine === null || !isKnown) return fallback(inputs, backend, attributes)
    const constant = (value: number) =>
      runKernel('Fill', {}, backend, { shape: [columns], value, dtype: 'float32' })
    const [factor, shift] = [scale ?? constant(1), offset ?? constant(0)]
    const out = backend.makeOutput(x.shape, 'float32')
    const rows = columns === 0 ? 0 : size / columns
    const blocks = Math.max(1, Math.min(rows, Math.floor(size / BLOCK)))
    const tasks = tasksFor(blocks * Math.ceil(columns / 1024), 8 * size)
    const reads = [x, mean, variance, factor, shift]
    const epsilon = attributes.varianceEpsilon as number
    engine.launch(
      Op.batchNorm,
      tasks,
      [out],
      reads,
      [rows, columns, blocks, tasks],
      [epsilon],
    )
    if (factor !== scale) free(backend, factor)
    if (shift !== offset) free(backend, shift)
    return out
  }
}
