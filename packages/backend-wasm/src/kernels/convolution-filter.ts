import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import {
  free,
  type Inputs,
  type Kernel,
  reshaped,
  runKernel,
  type WasmBackend,
} from '../heap.js'
import { convolutionOf, isKnown } from './convolution.js'
import { covering } from './covering.js'
import {
  forwardPatches,
  geometryWords,
  isEmpty,
  type Patches,
  patchLength,
  withUnits,
} from './patches.js'
import { launchProduct } from './product.js'
import { filterFromSums, isForWinograd, tilePatches } from './winograd.js'

/** Partial sums, fewer if they would take more than so many floats. */
const PARTS = 8
const PART_FLOATS = 2 ** 22
/** Columns of a task at most; see `assembly/filter-gradient.ts`. */
const TASK_COLUMNS = 128

/**
 * Gradient of `conv2d` and `conv3d` by their filter, channels last, float32, any stride, dilation and padding.
 * `x: [n, h, w, c]`, `dy: [n, oh, ow, d]` give `filterShape`, `[fh, fw, c, d]`. The images are dealt to a fixed
 * number of partial sums, which are added in order.
 */
export function convolutionFilter(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isKnown([x, dy], attributes)) {
      return fallback(inputs, backend, attributes)
    }
    const shape = attributes.filterShape as number[]
    const convolution = convolutionOf(x.shape, shape, attributes)
    const part = covering(backend, dy, convolution, x.shape)
    const patches = forwardPatches(convolution)
    const size = patchLength(patches) * patches.outChannels
    const dw =
      isEmpty(patches) || size === 0
        ? zeros(engine, backend, x, dy, patches)
        : gradient(engine, backend, x, part, patches)
    if (part !== dy) free(backend, part)
    return reshaped(dw, shape)
  }
}

/** A sum of nothing. */
function zeros(
  engine: Engine,
  backend: WasmBackend,
  x: TensorInfo,
  dy: TensorInfo,
  patches: Patches,
): TensorInfo {
  const [rows, columns] = [patchLength(patches), patches.outChannels]
  const dw = backend.makeOutput([rows, columns], 'float32')
  const shape = { rows, inner: 0, columns, batchA: [], batchB: [], batch: [] }
  launchProduct(engine, x, dy, dw, shape, { transposeA: false, transposeB: false })
  return dw
}

function gradient(
  engine: Engine,
  backend: WasmBackend,
  x: TensorInfo,
  dy: TensorInfo,
  patches: Patches,
): TensorInfo {
  const { channels, outChannels } = patches
  const isTiled = isForWinograd(patches)
  const size = (isTiled ? 16 * channels : patchLength(patches)) * outChannels
  const most = Math.max(1, Math.min(PARTS, Math.floor(PART_FLOATS / size)))
  const columns = evenColumns(outChannels)
  const read = isTiled ? tilePatches(patches) : patches
  const sums = withUnits(backend, x, read, most, (from, within, units) => {
    const perPart = Math.ceil(units.count / most)
    const parts = Math.ceil(units.count / perPart)
    const out = backend.makeOutput([parts, size], 'float32')
    engine.launch(
      isTiled ? Op.winogradGradient : Op.filterGradient,
      parts * Math.ceil(outChannels / columns),
      [out],
      [from, dy, dy],
      [...geometryWords(within, units), units.count, perPart, columns],
    )
    return out
  })
  if (isTiled) return filterFromSums(engine, backend, sums, channels * outChannels)
  if (sums.shape[0] === 1) return sums
  const dw = runKernel('Sum', { x: sums }, backend, { axis: [0], keepDims: false })
  free(backend, sums)
  return dw
}

/** Columns of a task: a multiple of 8. */
function evenColumns(columns: number): number {
  const across = Math.ceil(columns / TASK_COLUMNS)
  return 8 * Math.ceil(columns / across / 8)
}
