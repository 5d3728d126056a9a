import * as tf from '@tensorflow/tfjs-core'
import { quote } from '../checks.js'
import type { BatchRandom, SampleRandom } from '../transforms/sample-random.js'

/** Changes images, `[samples, height, width, channels]`, each at random for itself. The caller owns the result, and keeps the images. */
export type ImageStep = (images: tf.Tensor4D, random: BatchRandom) => tf.Tensor4D

/** One image to read from or to write to: numbers of rows, columns and channels. */
export interface Pixels {
  readonly data: Float32Array
  /** Where in `data` the image begins. */
  readonly start: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

/**
 * A step that works on the numbers of each image, on the host: a batch that a loader has just made is
 * still there. It is float32, the same bits on every engine. The target is 0 where `draw` writes nothing.
 */
export function imageStep(
  owner: string,
  draw: (source: Pixels, target: Pixels, random: SampleRandom) => void,
): ImageStep {
  return (images, random) => {
    if (images.rank !== 4) {
      throw new RangeError(
        `${owner} is given images of shape ${quote(images.shape)}; give [samples, height, width, channels].`,
      )
    }
    const [samples, height, width, channels] = images.shape
    const from = Float32Array.from(images.dataSync())
    const to = new Float32Array(from.length)
    for (let sample = 0; sample < samples; sample++) {
      const place = { start: sample * height * width * channels, height, width, channels }
      draw({ data: from, ...place }, { data: to, ...place }, random.sample(sample))
    }
    return tf.tensor4d(to, images.shape, 'float32')
  }
}

/** Writes each pixel of the target from a place of the source, with 0 from outside. */
export function copyPixels(
  source: Pixels,
  target: Pixels,
  from: (row: number, column: number) => readonly [row: number, column: number],
): void {
  const { height, width, channels } = target
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [sourceRow, sourceColumn] = from(row, column)
      const isInside =
        sourceRow >= 0 && sourceRow < height && sourceColumn >= 0 && sourceColumn < width
      if (!isInside) continue
      const [a, b] = [sourceRow * width + sourceColumn, row * width + column]
      for (let channel = 0; channel < channels; channel++)
        target.data[target.start + b * channels + channel] = source.data[
          source.start + a * channels + channel
        ] as number
    }
}

/** Writes every number of the target from the same one of the source. */
export function mapPixels(
  source: Pixels,
  target: Pixels,
  change: (value: number, index: number) => number,
): void {
  const size = source.height * source.width * source.channels
  for (let index = 0; index < size; index++)
    target.data[target.start + index] = change(
      source.data[source.start + index] as number,
      index,
    )
}
