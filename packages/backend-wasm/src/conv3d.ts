import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { coveringOutputs } from './conv2d.js'
import {
  type Attributes,
  floats,
  free,
  type Inputs,
  type Kernel,
  makeZeros,
  reshaped,
  runKernel,
  withView,
} from './heap.js'

type Size = [number, number, number, number, number]
type Info = ReturnType<typeof backend_util.computeConv3DInfo>

/** One position in the filter, from 0, along depth, height and width. */
type Tap = readonly [depth: number, height: number, width: number]

/**
 * Gradient of `conv3d` by its input, NDHWC, any stride and padding, float32; also the forward pass of
 * `conv3dTranspose`. `dy: [n, od, oh, ow, k]` and `filter: [fd, fh, fw, c, k]` give `inputShape`,
 * `[n, d, h, w, c]`. For each position in the filter `dy` is multiplied with the weights there, and
 * the products are added to the values that the position covers.
 */
export const conv3dBackpropInput: Kernel = (inputs, backend, attributes) => {
  const { dy, filter } = inputs as Inputs & { dy: TensorInfo; filter: TensorInfo }
  const shape = attributes.inputShape as number[]
  const info = geometry(shape, filter.shape, attributes)
  requireShape('Conv3DBackpropInputV2', dy, info)
  const { inChannels, outChannels } = info
  const dx = makeZeros(backend, shape)
  const dyRows = reshaped(dy, [rowsOf(info), outChannels])
  if (isEmpty(info)) return dx
  forEachTap(info, (tap, index) => {
    const start = index * inChannels * outChannels
    const products = withView(backend, filter, start, [inChannels, outChannels], (b) =>
      runKernel('BatchMatMul', { a: dyRows, b }, backend, { transposeB: true }),
    )
    const [from, to] = [floats(backend, products), floats(backend, dx)]
    forEachCovered(info, tap, (output, input) => {
      for (let c = 0; c < inChannels; c++) {
        const place = input * inChannels + c
        to[place] = (to[place] as number) + (from[output * inChannels + c] as number)
      }
    })
    free(backend, products)
  })
  return dx
}

/**
 * Gradient of `conv3d` by its filter, NDHWC, any stride and padding, float32. `x: [n, d, h, w, c]` and
 * `dy: [n, od, oh, ow, k]` give `filterShape`, `[fd, fh, fw, c, k]`: for each position in the filter
 * the product of the values that it covers with `dy`.
 */
export const conv3dBackpropFilter: Kernel = (inputs, backend, attributes) => {
  const { x, dy } = inputs as Inputs & { x: TensorInfo; dy: TensorInfo }
  const shape = attributes.filterShape as number[]
  const info = geometry(x.shape, shape, attributes)
  requireShape('Conv3DBackpropFilterV2', dy, info)
  const { inChannels, outChannels } = info
  const dw = makeZeros(backend, shape)
  if (isEmpty(info)) return dw
  const rows = rowsOf(info)
  const covered = makeZeros(backend, [rows, inChannels])
  const dyRows = reshaped(dy, [rows, outChannels])
  forEachTap(info, (tap, index) => {
    const [from, to] = [floats(backend, x), floats(backend, covered).fill(0)]
    forEachCovered(info, tap, (output, input) => {
      for (let c = 0; c < inChannels; c++) {
        to[output * inChannels + c] = from[input * inChannels + c] as number
      }
    })
    const product = runKernel('BatchMatMul', { a: covered, b: dyRows }, backend, {
      transposeA: true,
    })
    floats(backend, dw).set(floats(backend, product), index * inChannels * outChannels)
    free(backend, product)
  })
  free(backend, covered)
  return dw
}

function geometry(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad }: Attributes,
): Info {
  return backend_util.computeConv3DInfo(
    [...inputShape] as Size,
    [...filterShape] as Size,
    strides as number | [number, number, number],
    1,
    pad as 'same' | 'valid',
  )
}

/** tfjs asks for a gradient only with the shape of the output; `conv3dTranspose` hands on anything. */
function requireShape(name: string, dy: TensorInfo, { outShape }: Info): void {
  if (dy.shape.join() === outShape.join()) return
  throw new Error(
    `${name} got values of shape [${dy.shape}]; expected [${outShape}], which is what the forward ` +
      'convolution gives for this input, filter, stride and padding.',
  )
}

function rowsOf(info: Info): number {
  return info.batchSize * info.outDepth * info.outHeight * info.outWidth
}

function isEmpty(info: Info): boolean {
  return rowsOf(info) * info.inChannels * info.outChannels === 0
}

function forEachTap(info: Info, visit: (tap: Tap, index: number) => void): void {
  let index = 0
  for (let depth = 0; depth < info.filterDepth; depth++) {
    for (let height = 0; height < info.filterHeight; height++) {
      for (let width = 0; width < info.filterWidth; width++) {
        visit([depth, height, width], index++)
      }
    }
  }
}

/** Visits each pair of an output and the value that the position covers there, both as row numbers. */
function forEachCovered(
  info: Info,
  [depth, height, width]: Tap,
  visit: (output: number, input: number) => void,
): void {
  const { front, top, left } = info.padInfo
  const { strideDepth, strideHeight, strideWidth, inDepth, inHeight, inWidth } = info
  const [z0, z1] = coveringOutputs(depth - front, strideDepth, inDepth, info.outDepth)
  const [y0, y1] = coveringOutputs(height - top, strideHeight, inHeight, info.outHeight)
  const [x0, x1] = coveringOutputs(width - left, strideWidth, inWidth, info.outWidth)
  for (let image = 0; image < info.batchSize; image++) {
    for (let z = z0; z < z1; z++) {
      const plane = image * inDepth + z * strideDepth + depth - front
      for (let y = y0; y < y1; y++) {
        const line = (plane * inHeight + y * strideHeight + height - top) * inWidth
        const outLine = ((image * info.outDepth + z) * info.outHeight + y) * info.outWidth
        for (let x = x0; x < x1; x++)
          visit(outLine + x, line + x * strideWidth + width - left)
      }
    }
  }
}
