import * as tf from '@tensorflow/tfjs-core'
import type { Loader } from '../loader/loader.js'
import type { Start } from '../loader/loader-recipe.js'
import { makeLoader } from '../loader/make-loader.js'
import { notice } from '../loader/notice.js'
import { randomSeed, shuffledIndices } from '../random.js'
import { findImages, type ImageFiles } from './image-files.js'
import {
  type FromImagesOptions,
  type ImageSettings,
  imageSettings,
} from './image-options.js'
import { ImageStore } from './image-store.js'

/** A batch of images. */
export type ImageBatch = {
  /** The images, float32 from 0 to 1, `[batch, height, width, channels]`. */
  readonly x: tf.Tensor4D
  /** Their classes: see {@link FromImagesOptions.labels}. */
  readonly y: tf.Tensor1D | tf.Tensor2D
}

/** A loader of the images of a folder. */
export interface ImageLoader extends Loader<ImageBatch> {
  readonly size: number
  /** How many images there are. */
  readonly rows: number
  /** Names of the classes, in the order of their numbers. */
  readonly classes: readonly string[]
  /** Paths of the images, in their order before they are shuffled. */
  readonly paths: readonly string[]
}

/**
 * Batches of the PNG and JPEG images in a folder that has one for each class: `digits/7/12.png` is of the
 * class `7`. Threads decode them, upright as the camera says; which batches there are depends on the
 * files, the options and the seed alone. Needs Node.
 *
 * @throws TypeError, RangeError for options that are not known or out of range; Error for a folder that is
 *   missing or has no images, and, from an iteration, for a file that cannot be decoded
 * @example
 * ```ts no-run
 * const options = { size: [32, 32], batchSize: 64, seed: 1 } as const
 * const train = await fromImages('pets', { ...options, shuffle: true, part: [0, 0.8] })
 * const validation = await fromImages('pets', { ...options, part: [0.8, 1] })
 * ```
 */
export async function fromImages(
  folder: string,
  options: FromImagesOptions,
): Promise<ImageLoader> {
  const settings = imageSettings(options)
  const all = findImages(folder, settings)
  const files = settings.skipBroken ? await withoutBroken(all, settings) : all
  return imageLoader(files, settings)
}

async function withoutBroken(
  files: ImageFiles,
  settings: ImageSettings,
): Promise<ImageFiles> {
  const store = new ImageStore(files, { ...settings, cache: false })
  const broken = await store.broken().finally(() => store.close())
  for (const [row, why] of broken)
    notice(
      'REG_DATA_IGNORED',
      `fromImages ${files.paths[row]}`,
      `fromImages leaves out ${files.paths[row]}: ${why}.`,
    )
  const paths = files.paths.filter((_, row) => !broken.has(row))
  if (paths.length === 0) throw new Error('fromImages can decode none of the images.')
  return { ...files, paths, labels: files.labels.filter((_, row) => !broken.has(row)) }
}

function imageLoader(files: ImageFiles, settings: ImageSettings): ImageLoader {
  const { batchSize, dropLast, shuffle } = settings
  const rows = files.paths.length
  const size = dropLast ? Math.floor(rows / batchSize) : Math.ceil(rows / batchSize)
  if (size === 0) {
    throw new RangeError(
      `fromImages with ${rows} images, batchSize ${batchSize} and dropLast has no batch; give a batchSize up to ${rows} or leave dropLast out.`,
    )
  }
  const store = new ImageStore(files, settings)
  let seed = shuffle ? (settings.seed ?? randomSeed()) : null

  /** Rows of a batch of an epoch. */
  const rowsOf = (order: Uint32Array, index: number) =>
    order.subarray(index * batchSize, (index + 1) * batchSize)
  async function* run({ epoch, batch }: Start) {
    const order =
      seed === null
        ? Uint32Array.from({ length: rows }, (_, row) => row)
        : shuffledIndices(rows, { seed, stream: epoch })
    const ahead: Promise<Uint8Array>[] = []
    try {
      for (let index = batch, asked = batch; index < size; index++) {
        for (; asked < Math.min(size, index + 1 + settings.prefetch); asked++) {
          const pixels = store.pixels(rowsOf(order, asked))
          // A failure is thrown where its batch is due; nobody waits for those after it.
          pixels.catch(() => undefined)
          ahead.push(pixels)
        }
        const pixels = (await ahead.shift()) as Uint8Array
        yield batchOf(pixels, rowsOf(order, index), files, settings)
      }
    } finally {
      await store.close()
    }
  }

  const { channels, fit, labels } = settings
  const loader = makeLoader<ImageBatch>({
    owner: 'fromImages',
    options: {
      ...{ rows, batchSize, dropLast, shuffle, channels, fit, labels },
      ...{ size: [...settings.size], classes: [...files.classes] },
      files: digestOf(files.paths),
      seed: settings.seed ?? null,
    },
    feeds: [],
    size: () => size,
    run,
    memory: {
      save: () => seed,
      load: (saved) => {
        if (typeof saved === 'number') seed = saved
      },
    },
  })
  return Object.defineProperties(loader, {
    rows: { value: rows, enumerable: true },
    classes: { value: files.classes, enumerable: true },
    paths: { value: files.paths, enumerable: true },
  }) as ImageLoader
}

function batchOf(
  pixels: Uint8Array,
  rows: Uint32Array,
  files: ImageFiles,
  { size, channels, labels }: ImageSettings,
): ImageBatch {
  const x = Float32Array.from(pixels, (byte) => byte / 255)
  const shape: [number, number, number, number] = [rows.length, ...size, channels]
  const classes = Array.from(rows, (row) => files.labels[row] as number)
  const y =
    labels === 'oneHot'
      ? tf.tidy(() =>
          tf.cast(
            tf.oneHot(tf.tensor1d(classes, 'int32'), files.classes.length),
            'float32',
          ),
        )
      : tf.tensor1d(classes, labels === 'int32' ? 'int32' : 'float32')
  return { x: tf.tensor4d(x, shape), y: y as tf.Tensor1D | tf.Tensor2D }
}

/** A number for a list of files, by the ends of their paths: class and name (FNV-1a). */
function digestOf(paths: readonly string[]): number {
  let hash = 0x811c9dc5
  for (const path of paths) {
    const [name = '', folder = ''] = path.split(/[\\/]/).reverse()
    for (const one of `${folder}/${name}\n`)
      hash = Math.imul(hash ^ (one.codePointAt(0) as number), 0x01000193)
  }
  return hash >>> 0
}
