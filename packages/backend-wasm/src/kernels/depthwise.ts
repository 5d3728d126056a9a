import type { TensorInfo } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, reshaped, runKernel } from '../heap.js'
import { type Convolution, convolutionOf, isKnown } from './convolution.js'
import { applyRest, epilogueOf, flagsOf } from './epilogue.js'

/** Limits of `assembly/depthwise-words.ts`. */
const MOST_TAPS = 2 ** 14
const MOST_CHANNELS = 2 ** 16
/** Partial sums of the gradient by the filter. */
const PARTS = 8
/** Products that a task should have at least, and tasks of a launch at most. */
const TASK_PRODUCTS = 2 ** 16
const MOST_TASKS = 32

/**
 * `depthwiseConv2d`, alone or with bias and activation, NHWC, float32: `[n, h, w, c]` by `[fh, fw, c, m]` give
 * `[n, oh, ow, c * m]`.
 *
 * @throws Error if the activation is none of linear, relu, relu6, elu, sigmoid, prelu, leakyrelu
 */
export function depthwise(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, filter, bias } = inputs as Inputs & { x: TensorInfo; filter: TensorInfo }
    const engine = engineOf(backend)
    if (
      engine === null ||
      !isKnown([x, filter, bias], attributes) ||
      !fits(filter.shape)
    ) {
      return fallback(inputs, backend, attributes)
    }
    const convolution = convolutionOf(x.shape, filter.shape, attributes, true)
    const out = backend.makeOutput([...convolution.outShape], 'float32')
    const inside = epilogueOf(inputs, attributes, convolution.outChannels)
    const [, y, across] = convolution.axes
    const rows = convolution.images * y.out
    const { perTask, tasks } = divide(rows, across.out * filterSize(filter.shape))
    engine.launch(
      Op.depthwise,
      tasks,
      [out],
      [x, filter, inside.bias ?? filter],
      [...words(convolution), rows, perTask, flagsOf(inside)],
      [inside.slope ?? 0],
    )
    return applyRest(backend, out, inputs, attributes, inside)
  }
}

/** Gradient of {@link depthwise} by its input: `dy` and the filter give `inputShape`. */
export function depthwiseInput(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { dy, filter } = inputs as Inputs & { dy: TensorInfo; filter: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isKnown([dy, filter], attributes) || !fits(filter.shape)) {
      return fallback(inputs, backend, attributes)
    }
    const shape = attributes.inputShape as number[]
    const convolution = convolutionOf(shape, filter.shape, attributes, true)
    const dx = backend.makeOutput([...shape], 'float32')
    const [, y, across] = convolution.axes
    const rows = convolution.images * y.size
    const { perTask, tasks } = divide(rows, across.size * filterSize(filter.shape))
    const integers = [...words(convolution), rows, perTask]
    engine.launch(Op.depthwiseInput, tasks, [dx], [dy, filter, filter], integers)
    return dx
  }
}

/**
 * Gradient of {@link depthwise} by its filter: `x` and `dy` give `filterShape`. The rows of all images are dealt
 * to a fixed number of partial sums, which are added at the end.
 */
export function depthwiseFilter(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
    const engine = engineOf(backend)
    const shape = attributes.filterShape as number[]
    if (engine === null || !isKnown([x, dy], attributes) || !fits(shape)) {
      return fallback(inputs, backend, attributes)
    }
    const convolution = convolutionOf(x.shape, shape, attributes, true)
    const rows = convolution.images * convolution.axes[1].out
    const perTask = Math.max(1, Math.ceil(rows / PARTS))
    const parts = Math.max(1, Math.ceil(rows / perTask))
    const sums = backend.makeOutput([parts, filterSize(shape)], 'float32')
    const integers = [...words(convolution), rows, perTask]
    engine.launch(Op.depthwiseFilter, parts, [sums], [x, dy, dy], integers)
    if (parts === 1) return reshaped(sums, shape)
    const dw = runKernel('Sum', { x: sums }, backend, { axis: [0], keepDims: false })
    free(backend, sums)
    return reshaped(dw, shape)
  }
}

function fits([height, width, channels, multiplier]: readonly number[]): boolean {
  const taps = (height as number) * (width as number)
  return (
    taps <= MOST_TAPS && (channels as number) * (multiplier as number) <= MOST_CHANNELS
  )
}

function filterSize(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** Rows per task, by shapes alone. */
function divide(rows: number, products: number) {
  const wanted = Math.min(MOST_TASKS, Math.floor((rows * products) / TASK_PRODUCTS))
  const perTask = Math.max(1, Math.ceil(rows / Math.max(1, wanted)))
  return { perTask, tasks: Math.ceil(rows / perTask) }
}

function words({ axes, inChannels, outChannels }: Convolution): number[] {
  const [, y, x] = axes
  return [
    ...[y.size, x.size, inChannels, inChannels === 0 ? 0 : outChannels / inChannels],
    ...[y.out, x.out, y.stride, x.stride, y.dilation, x.dilation],
    ...[y.before, x.before, y.taps, x.taps],
  ]
}
