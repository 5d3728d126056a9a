import type { TensorInfo } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { free, type Inputs, type Kernel } from '../heap.js'
import {
  type Convolution,
  type ConvolutionAxis,
  convolutionOf,
  isKnown,
} from './convolution.js'
import { type FilterAxis, launchConvolution } from './convolve.js'
import { covering } from './covering.js'
import type { PatchAxis, Patches } from './patches.js'

/**
 * Gradient of `conv2d` and `conv3d` by their input, channels last, float32, any stride, dilation and padding;
 * also the forward pass of the transposed convolutions. `dy: [n, oh, ow, d]`, `filter: [fh, fw, c, d]` give
 * `inputShape`, `[n, h, w, c]`. Inputs whose place leaves the same rest by the strides see the same taps: for
 * each rest it is a convolution of `dy` with stride 1 and those taps in reverse, so that no time goes into the
 * zeros between strided values.
 */
export function convolutionInput(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { dy, filter } = inputs as Inputs & { dy: TensorInfo; filter: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isKnown([dy, filter], attributes)) {
      return fallback(inputs, backend, attributes)
    }
    const inputShape = attributes.inputShape as number[]
    const convolution = convolutionOf(inputShape, filter.shape, attributes)
    const { images, inChannels, outChannels } = convolution
    const part = covering(backend, dy, convolution, inputShape)
    const dx = backend.makeOutput([...inputShape], 'float32')
    for (const phases of phasesOf(convolution)) {
      const patches: Patches = {
        images,
        channels: outChannels,
        outChannels: inChannels,
        axes: phases.map(({ patch }) => patch) as unknown as Patches['axes'],
      }
      const axes = phases.map((phase) => phase.filter)
      const use = { inChannels, outChannels, isTurned: true, axes }
      launchConvolution(engine, backend, part, filter, dx, patches, use, {})
    }
    if (part !== dy) free(backend, part)
    return dx
  }
}

interface Phase {
  readonly patch: PatchAxis
  readonly filter: FilterAxis
}

/** All combinations of rests along the three axes. */
function phasesOf({ axes }: Convolution): Phase[][] {
  const [z, y, x] = axes.map(axisPhases) as [Phase[], Phase[], Phase[]]
  return z.flatMap((inZ) => y.flatMap((inY) => x.map((inX) => [inZ, inY, inX])))
}

/** What inputs at `rest + n * stride` read. */
function axisPhases({
  size,
  out,
  stride,
  taps,
  dilation,
  before,
}: ConvolutionAxis): Phase[] {
  const period = stride / commonDivisor(stride, dilation)
  return Array.from({ length: Math.min(stride, size) }, (_, rest) => {
    const isSeen = (tap: number) => (rest + before - tap * dilation) % stride === 0
    const first = Array.from({ length: Math.min(period, taps) }, (_, tap) => tap).find(
      isSeen,
    )
    const seen = first === undefined ? 0 : Math.floor((taps - 1 - first) / period) + 1
    const last = (first ?? 0) + Math.max(seen - 1, 0) * period
    return {
      patch: {
        source: out,
        count: Math.ceil((size - rest) / stride),
        stride: 1,
        taps: seen,
        first: seen === 0 ? 0 : (rest + before - last * dilation) / stride,
        delta: seen > 1 ? (dilation * period) / stride : 1,
        outSize: size,
        outFirst: rest,
        outStep: stride,
      },
      filter: { size: taps, taps: seen, first: last, step: -period },
    }
  })
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
