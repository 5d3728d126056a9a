import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { type Attributes, free, type Inputs, type Kernel, runKernel } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import { tasksFor } from './work.js'

/** Resized images, `[n, h, w, c]`, and the gradients by them, as float32. */
export const resizeKernels: LaunchKernels = {
  ResizeBilinear: resize('bilinear'),
  ResizeBilinearGrad: resizeGradient('bilinear'),
  ResizeNearestNeighbor: resize('nearest'),
  ResizeNearestNeighborGrad: resizeGradient('nearest'),
}

type Method = 'bilinear' | 'nearest'

function resize(method: Method): (fallback: Kernel) => Kernel {
  return (fallback) => {
    const kernel: Kernel = (inputs, backend, attributes) => {
      const { images } = inputs as Inputs & { images: TensorInfo }
      const engine = engineOf(backend)
      if (engine === null) return fallback(inputs, backend, attributes)
      if (images.dtype !== 'float32') {
        const cast = runKernel('Cast', { x: images }, backend, { dtype: 'float32' })
        const out = kernel({ images: cast }, backend, attributes)
        free(backend, cast)
        return out
      }
      const size = attributes.size as readonly number[]
      const [batch, , , channels] = images.shape as [number, number, number, number]
      const out = backend.makeOutput([batch, ...size, channels], 'float32')
      const bytes = 4 * util.sizeFromShape(out.shape)
      const tasks = tasksFor(batch * (out.shape[1] as number), 2 * bytes)
      const words = wordsOf(method, images.shape, out.shape, attributes)
      engine.launch(Op.resize, tasks, [out], [images], [...words, tasks])
      return out
    }
    return kernel
  }
}

function resizeGradient(method: Method): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { images, dy } = inputs as Inputs & { images: TensorInfo; dy: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || dy.dtype !== 'float32') {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(images.shape, 'float32')
    const [batch, height] = images.shape as [number, number]
    const bytes = 4 * util.sizeFromShape(dy.shape)
    const tasks = tasksFor(batch * height, 2 * bytes)
    const words = wordsOf(method, images.shape, dy.shape, attributes)
    engine.launch(Op.resizeGradient, tasks, [out], [dy], [...words, tasks])
    return out
  }
}

/** The words of `assembly/resize.ts` but the last. */
function wordsOf(
  method: Method,
  shape: readonly number[],
  resized: readonly number[],
  { alignCorners, halfPixelCenters }: Attributes,
): number[] {
  const [outHeight, outWidth] = resized.slice(1, 3) as [number, number]
  const flags = [method === 'nearest', alignCorners === true, halfPixelCenters === true]
  return [...shape, outHeight, outWidth, ...flags.map(Number)]
}
