import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, type WasmBackend } from '../heap.js'
import { convolutionOf, isKnown } from './convolution.js'
import { applyRest, type Epilogue, epilogueOf, flagsOf } from './epilogue.js'
import {
  forwardPatches,
  geometryWords,
  isEmpty,
  type Patches,
  patchLength,
  positions,
  tasksFor,
  withUnits,
} from './patches.js'
import { isForWinograd, tilePatches, transformedPanels } from './winograd.js'

/** Where the taps of an axis are in a filter: `first + t * step`. */
export interface FilterAxis {
  readonly size: number
  readonly taps: number
  readonly first: number
  readonly step: number
}

/** How a filter of `[…taps, c, d]` meets the patches; turned, these have d channels and give c. */
export interface FilterUse {
  readonly inChannels: number
  readonly outChannels: number
  readonly isTurned: boolean
  readonly axes: readonly FilterAxis[]
}

/**
 * `conv2d` and `conv3d`, alone or with bias and activation, channels last, float32: any stride, dilation,
 * padding and rounding. `[n, h, w, c]` by `[fh, fw, c, d]` give `[n, oh, ow, d]`.
 *
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function convolve(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, filter, bias } = inputs as Inputs & { x: TensorInfo; filter: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isKnown([x, filter, bias], attributes)) {
      return fallback(inputs, backend, attributes)
    }
    const convolution = convolutionOf(x.shape, filter.shape, attributes)
    const { inChannels, outChannels, axes, outShape } = convolution
    const out = backend.makeOutput([...outShape], 'float32')
    const inside = epilogueOf(inputs, attributes, outChannels)
    const filterAxes = axes.map(({ taps }) => ({ size: taps, taps, first: 0, step: 1 }))
    const use = { inChannels, outChannels, isTurned: false, axes: filterAxes }
    const patches = forwardPatches(convolution)
    launchConvolution(engine, backend, x, filter, out, patches, use, inside)
    return applyRest(backend, out, inputs, attributes, inside)
  }
}

/** Writes the products of patches with a filter where the patches say. */
export function launchConvolution(
  engine: Engine,
  backend: WasmBackend,
  source: TensorInfo,
  filter: TensorInfo,
  out: TensorInfo,
  patches: Patches,
  use: FilterUse,
  epilogue: Epilogue,
): void {
  if (isEmpty(patches)) return
  const inner = patchLength(patches)
  const isTiled =
    isForWinograd(patches) && use.axes.every(({ size, taps }) => size === taps)
  const plain = packed(engine, backend, filter, inner, patches.outChannels, use)
  const panels = isTiled
    ? transformedPanels(engine, backend, plain, patches.channels)
    : plain
  const tasks = tasksFor(2 * positions(patches) * inner * patches.outChannels)
  const read = isTiled ? tilePatches(patches) : patches
  withUnits(backend, source, read, tasks, (from, within, division) => {
    const perTask = Math.ceil(division.count / tasks)
    engine.launch(
      isTiled ? Op.winograd : Op.convolve,
      Math.ceil(division.count / perTask),
      [out],
      [from, panels, epilogue.bias ?? panels],
      [...geometryWords(within, division), division.count, perTask, flagsOf(epilogue)],
      [epilogue.slope ?? 0],
    )
  })
  free(backend, panels)
}

const WIDTH = 8
/** Floats that a task should pack at least. */
const TASK_FLOATS = 2 ** 14

/** The filter in panels of 8 columns; the caller frees it. */
function packed(
  engine: Engine,
  backend: WasmBackend,
  filter: TensorInfo,
  inner: number,
  columns: number,
  { inChannels, outChannels, isTurned, axes }: FilterUse,
): TensorInfo {
  const count = Math.ceil(columns / WIDTH)
  const panels = backend.makeOutput([count, inner, WIDTH], 'float32')
  const perTask = Math.max(
    Math.ceil(count / 32),
    Math.ceil(TASK_FLOATS / (inner * WIDTH || 1)),
  )
  engine.launch(
    Op.packFilter,
    Math.ceil(count / perTask),
    [panels],
    [filter],
    [
      ...[inChannels, outChannels, Number(isTurned), perTask],
      ...axes.flatMap(({ size, taps, first, step }) => [size, taps, first, step]),
    ],
  )
  return panels
}
