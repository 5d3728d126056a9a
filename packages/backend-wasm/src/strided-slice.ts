import { slice_util, type TensorInfo } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, numbers } from './heap.js'

interface Slicing {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

/**
 * `stridedSlice` of any numeric dtype. tfjs' own kernel calls every result float32 and reads from the
 * wrong places where an axis is shrunk.
 *
 * @param stock tfjs' own kernel, used for strings
 */
export function stridedSlice(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'string') return stock(inputs, backend, attributes)
    const { begin, end, strides, ...masks } = attributes as unknown as Slicing
    const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = masks
    const info = slice_util.sliceInfo(
      ...([x.shape, begin, end, strides, beginMask, endMask] as const),
      ...([ellipsisMask, newAxisMask, shrinkAxisMask] as const),
    )
    const out = backend.makeOutput(info.finalShape, x.dtype)
    const [from, to] = [numbers(backend, x), numbers(backend, out)]
    const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides)
    let places = [0]
    sizes.forEach((size, axis) => {
      const length = x.shape[axis] as number
      const [first, step] = [info.begin[axis] as number, info.strides[axis] as number]
      const steps = Array.from({ length: size }, (_, i) => first + i * step)
      places = places.flatMap((place) => steps.map((step) => place * length + step))
    })
    places.forEach((place, i) => {
      to[i] = from[place] as number
    })
    return out
  }
}
