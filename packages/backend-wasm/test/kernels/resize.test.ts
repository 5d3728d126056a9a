import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, kernel, prepare, random, randomInt, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import { differences } from '../support/reference.js'

beforeAll(prepare)
beforeEach(litter)

type Shape = [number, number, number, number]

interface Options {
  readonly method: 'bilinear' | 'nearest'
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

/** Where a place lies in the image, before it is rounded; TensorFlow's three rules. */
function position(place: number, size: number, out: number, options: Options): number {
  const { method, alignCorners, halfPixelCenters } = options
  const ratio = alignCorners && out > 1 ? (size - 1) / (out - 1) : size / out
  if (!halfPixelCenters) return ratio * place
  return ratio * (place + 0.5) - (method === 'bilinear' ? 0.5 : 0)
}

/** Pixels along an axis with their weights. */
function sources(place: number, size: number, out: number, options: Options) {
  const at = position(place, size, out, options)
  const inside = (pixel: number) => Math.min(size - 1, Math.max(0, pixel))
  if (options.method === 'nearest') {
    return [[inside(options.alignCorners ? Math.round(at) : Math.floor(at)), 1]] as const
  }
  const below = Math.floor(at)
  return [
    [inside(below), 1 - (at - below)],
    [inside(below + 1), at - below],
  ] as const
}

function reference(x: ArrayLike<number>, shape: Shape, size: [number, number], options: Options) {
  const [batch, height, width, channels] = shape
  const out = new Float64Array(batch * size[0] * size[1] * channels)
  let at = 0
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < size[0]; oy++) {
      for (let ox = 0; ox < size[1]; ox++) {
        for (let c = 0; c < channels; c++) {
          for (const [y, yShare] of sources(oy, height, size[0], options)) {
            for (const [column, xShare] of sources(ox, width, size[1], options)) {
              const value = x[((n * height + y) * width + column) * channels + c] as number
              out[at] = (out[at] as number) + yShare * xShare * value
            }
          }
          at++
        }
      }
    }
  }
  return out
}

const options: Options[] = (['bilinear', 'nearest'] as const).flatMap((method) => [
  { method, alignCorners: false, halfPixelCenters: false },
  { method, alignCorners: true, halfPixelCenters: false },
  { method, alignCorners: false, halfPixelCenters: true },
])

const resizes: { shape: Shape; size: [number, number] }[] = [
  { shape: [2, 3, 4, 1], size: [6, 8] },
  { shape: [1, 4, 5, 3], size: [7, 3] },
  { shape: [2, 5, 3, 4], size: [2, 9] },
  { shape: [1, 4, 4, 7], size: [4, 4] },
  { shape: [3, 1, 6, 9], size: [3, 1] },
  { shape: [1, 7, 1, 5], size: [1, 4] },
]

describe.each(options)(
  '$method, corners aligned: $alignCorners, centred: $halfPixelCenters',
  (one) => {
    const resize = (x: tf.Tensor, size: [number, number]) =>
      (one.method === 'bilinear' ? tf.image.resizeBilinear : tf.image.resizeNearestNeighbor)(
        x as tf.Tensor4D,
        size,
        one.alignCorners,
        one.halfPixelCenters,
      )

    it.each(resizes)('$shape to $size is as defined, one launch', ({ shape, size }) => {
      const x = random(shape)
      const before = footprint()
      const { result, launches } = onlyLaunches(() => resize(x, size))
      expect(launches).toBe(1)
      expect(result.shape).toEqual([shape[0], ...size, shape[3]])
      const expected = reference(x.dataSync(), shape, size, one)
      expect(relativeError(result.dataSync(), expected)).toBeLessThan(2e-7)
      result.dispose()
      expect(footprint()).toEqual(before)
    })

    it.each(resizes)('the gradient of $shape to $size is the slope', ({ shape, size }) => {
      const images = random(shape)
      const dy = random([shape[0], ...size, shape[3]], 3)
      const name = one.method === 'bilinear' ? 'ResizeBilinearGrad' : 'ResizeNearestNeighborGrad'
      const { alignCorners, halfPixelCenters } = one
      const { result, launches } = onlyLaunches(() =>
        kernel(name, { images, dy }, { alignCorners, halfPixelCenters }),
      )
      expect(launches).toBe(1)
      const f = (x: Float64Array) => reference(x, shape, size, one)
      const expected = differences(f, images.dataSync(), dy.dataSync(), 1)
      expect(relativeError(result.dataSync(), expected)).toBeLessThan(5e-7)
    })
  },
)

it('whole numbers are resized as float32', () => {
  const x = randomInt([1, 2, 2, 1], 9) as tf.Tensor4D
  const { result } = onlyLaunches(() => tf.image.resizeBilinear(x, [3, 3], true))
  expect(result.dtype).toBe('float32')
  const [a, b] = x.dataSync() as Int32Array
  expect(result.dataSync()[1]).toBe(((a as number) + (b as number)) / 2)
})

it('a pixel that counts with nothing hands on no NaN', () => {
  const x = tf.tensor4d([1, Number.NaN, 3, 4], [1, 2, 2, 1])
  const same = tf.image.resizeBilinear(x, [2, 2])
  expect([...same.dataSync()]).toEqual([1, Number.NaN, 3, 4])
})
