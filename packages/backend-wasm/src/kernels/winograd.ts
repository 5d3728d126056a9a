import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, runKernel, type WasmBackend } from '../heap.js'
import type { PatchAxis, Patches } from './patches.js'

/** Channels from which 16 instead of 36 products pay for the transformations, and those that fit. */
const FEWEST_CHANNELS = 16
const MOST_CHANNELS = 512
/** Outputs of an image below which transforming the filter costs more than it saves. */
const FEWEST_OUTPUTS = 36
/** Outputs along an axis below which too much of the tiles is outside. */
const FEWEST_ALONG = 4
/** Elements that a task should transform at least. */
const TASK_ELEMENTS = 2 ** 13

/**
 * Whether patches are of 3 by 3 with stride 1, in sizes for which Winograd's F(2x2, 3x3) is faster: 16 products
 * for 4 outputs instead of 36. It depends on one image, not on how many there are. A value that is not finite
 * makes all 4 outputs of its tiles NaN, also those that do not see it.
 */
export function isForWinograd({ channels, outChannels, axes }: Patches): boolean {
  const [z, y, x] = axes
  return (
    channels % 4 === 0 &&
    channels >= FEWEST_CHANNELS &&
    channels <= MOST_CHANNELS &&
    outChannels >= FEWEST_CHANNELS &&
    z.taps === 1 &&
    isOfThree(y) &&
    isOfThree(x) &&
    y.count * x.count >= FEWEST_OUTPUTS
  )
}

function isOfThree({ taps, stride, delta, outStep, count }: PatchAxis): boolean {
  const isDense = stride === 1 && delta === 1 && outStep === 1
  return taps === 3 && isDense && count >= FEWEST_ALONG
}

/** The same convolution as patches of 4 by 4 for tiles of 2 by 2 outputs. */
export function tilePatches(patches: Patches): Patches {
  const [z, y, x] = patches.axes
  return { ...patches, axes: [z, tileAxis(y), tileAxis(x)] }
}

function tileAxis(axis: PatchAxis): PatchAxis {
  return { ...axis, count: Math.ceil(axis.count / 2), stride: 2, taps: 4, outStep: 2 }
}

/** Transformed panels of a filter; frees the panels. The caller frees the result. */
export function transformedPanels(
  engine: Engine,
  backend: WasmBackend,
  panels: TensorInfo,
  channels: number,
): TensorInfo {
  const [count, , width] = panels.shape as [number, number, number]
  const out = backend.makeOutput([count, 16 * channels, width], 'float32')
  const perTask = Math.ceil(Math.max(count / 32, TASK_ELEMENTS / (16 * channels * width)))
  const integers = [channels, count, perTask]
  engine.launch(Op.winogradPanels, Math.ceil(count / perTask), [out], [panels], integers)
  free(backend, panels)
  return out
}

/** The gradient by a filter from partial sums `[parts, 4, 4, size]`, which are freed: `[3, 3, size]`. */
export function filterFromSums(
  engine: Engine,
  backend: WasmBackend,
  sums: TensorInfo,
  size: number,
): TensorInfo {
  const sum = runKernel('Sum', { x: sums }, backend, { axis: [0], keepDims: false })
  const dw = backend.makeOutput([9 * size], 'float32')
  const perTask = 4 * Math.ceil(Math.max(size / 32, TASK_ELEMENTS / 16) / 4)
  engine.launch(
    Op.winogradFilter,
    Math.ceil(size / perTask),
    [dw],
    [sum],
    [size, perTask],
  )
  free(backend, sums, sum)
  return dw
}
