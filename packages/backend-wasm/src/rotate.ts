import type { TensorInfo } from '@tensorflow/tfjs-core'
import { backend_util } from '@tensorflow/tfjs-core'
import { type Inputs, type Kernel, numbers } from './heap.js'

interface Rotation {
  readonly radians: number
  readonly fillValue: number | [number, number, number]
  readonly center: number | [number, number]
}

/**
 * `rotateWithOffset`, NHWC. The stock kernel takes whole numbers to fill with and cuts off the rest, so
 * that other ones go through plain loops.
 *
 * @param stock tfjs' own kernel
 */
export function rotate(stock: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { image } = inputs as Inputs & { image: TensorInfo }
    const { radians, fillValue, center } = attributes as unknown as Rotation
    if ([fillValue].flat().every(Number.isInteger))
      return stock(inputs, backend, attributes)
    const [batch, height, width, channels] = image.shape as [
      number,
      number,
      number,
      number,
    ]
    const [centerX, centerY] = backend_util.getImageCenter(center, height, width)
    const fill =
      typeof fillValue === 'number'
        ? [fillValue, fillValue, fillValue, 255]
        : [...fillValue, 255]
    const out = backend.makeOutput(image.shape, image.dtype)
    const [values, results] = [numbers(backend, image), numbers(backend, out)]
    const [sine, cosine] = [Math.sin(radians), Math.cos(radians)]
    let next = 0
    for (let n = 0; n < batch; n++) {
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const [right, down] = [column - centerX, row - centerY]
          const x = Math.round(right * cosine - down * sine + centerX)
          const y = Math.round(right * sine + down * cosine + centerY)
          const isInside = x >= 0 && x < width && y >= 0 && y < height
          const from = ((n * height + y) * width + x) * channels
          for (let c = 0; c < channels; c++) {
            results[next++] = (isInside ? values[from + c] : fill[c]) as number
          }
        }
      }
    }
    return out
  }
}
