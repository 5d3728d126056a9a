import * as tf from '@tensorflow/tfjs-core'

interface Resize {
  readonly alignCorners: boolean
  readonly halfPixelCenters: boolean
}

interface Crop {
  readonly method: 'bilinear' | 'nearest'
  readonly cropSize: [number, number]
}

/** Which pixels a pixel of the result comes from, and with which weights. */
type Source = (
  place: number,
  ratio: number,
  size: number,
) => [pixel: number, share: number][]

/** Resized images. A resize is linear along each axis, so its gradient is two products. */
export const resizeGradients: readonly tf.GradConfig[] = [
  resize(tf.ResizeBilinear, tf.ResizeBilinearGrad, ({ halfPixelCenters }) => {
    return (place, ratio, size) => {
      const at = halfPixelCenters ? ratio * (place + 0.5) - 0.5 : ratio * place
      const below = Math.max(0, Math.floor(at))
      const above = Math.min(size - 1, Math.max(0, Math.ceil(at)))
      return [
        [below, 1 - (at - below)],
        [above, at - below],
      ]
    }
  }),
  resize(tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad, (options) => {
    return (place, ratio, size) => {
      const at = ratio * (options.halfPixelCenters ? place + 0.5 : place)
      const pixel = options.alignCorners ? Math.round(at) : Math.floor(at)
      return [[Math.min(size - 1, Math.max(0, pixel)), 1]]
    }
  }),
  {
    kernelName: tf.CropAndResize,
    inputsToSave: ['image', 'boxes', 'boxInd'],
    gradFunc: (dy, saved, attributes) => {
      const [image, boxes, owners] = saved as [tf.Tensor4D, tf.Tensor2D, tf.Tensor1D]
      return {
        image: () =>
          ofCrop(dy as tf.Tensor, image, boxes, owners, attributes as unknown as Crop),
      }
    },
  },
]

function resize(
  kernelName: string,
  gradient: string,
  source: (options: Resize) => Source,
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['images'],
    gradFunc: (gradientOfOutput, saved, attributes) => {
      const dy = gradientOfOutput as tf.Tensor4D
      const images = saved[0] as tf.Tensor4D
      const options = attributes as unknown as Resize
      return {
        images: () => {
          const [, height, width] = images.shape
          // these kernels have no half pixels and divide by zero if a side of one pixel is aligned;
          // those of the cpu backend also confuse batch and sides
          const isSinglePixel = options.alignCorners && (height === 1 || width === 1)
          if (!options.halfPixelCenters && !isSinglePixel && tf.getBackend() !== 'cpu') {
            return tf.engine().runKernel(gradient, { dy, images }, attributes)
          }
          const rows = shares(height, dy.shape[1], options, source(options))
          const columns = shares(width, dy.shape[2], options, source(options))
          return throughShares(dy, rows, columns)
        },
      }
    },
  }
}

/** `[out, in]`: the weight of each pixel in each pixel of the result, along one axis. */
function shares(
  size: number,
  out: number,
  { alignCorners }: Resize,
  source: Source,
): tf.Tensor {
  const isAligned = alignCorners && out > 1
  const ratio = isAligned ? (size - 1) / (out - 1) : size / out
  const values = new Float32Array(out * size)
  for (let place = 0; place < out; place++) {
    for (const [pixel, share] of source(place, ratio, size)) {
      const at = place * size + pixel
      values[at] = (values[at] as number) + share
    }
  }
  return tf.tensor2d(values, [out, size])
}

/** `rows: [(n,) oh, h]` and `columns: [(n,) ow, w]` lead `dy: [n, oh, ow, c]` back to `[n, h, w, c]`. */
function throughShares(dy: tf.Tensor, rows: tf.Tensor, columns: tf.Tensor): tf.Tensor {
  const [n, outHeight, outWidth, channels] = dy.shape as [number, number, number, number]
  const height = rows.shape.at(-1) as number
  const width = columns.shape.at(-1) as number
  const tall = tf.matMul(rows, tf.reshape(dy, [n, outHeight, outWidth * channels]), true)
  const turned = tf.transpose(
    tf.reshape(tall, [n, height, outWidth, channels]),
    [0, 2, 1, 3],
  )
  const wide = tf.matMul(
    columns,
    tf.reshape(turned, [n, outWidth, height * channels]),
    true,
  )
  return tf.transpose(tf.reshape(wide, [n, width, height, channels]), [0, 2, 1, 3])
}

function ofCrop(
  dy: tf.Tensor,
  image: tf.Tensor4D,
  boxes: tf.Tensor2D,
  owners: tf.Tensor1D,
  { method, cropSize }: Crop,
): tf.Tensor {
  const [batch, height, width] = image.shape
  if (method === 'nearest') return ofNearestCrop(dy, image.shape, boxes, owners, cropSize)
  const edges = tf.split(boxes, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
  const rows = boxShares(edges[0], edges[2], height, cropSize[0])
  const columns = boxShares(edges[1], edges[3], width, cropSize[1])
  return tf.unsortedSegmentSum(throughShares(dy, rows, columns), owners, batch)
}

/** Crops the indices of the pixels: shows where each value came from, even from between two pixels. */
function ofNearestCrop(
  dy: tf.Tensor,
  shape: tf.Tensor4D['shape'],
  boxes: tf.Tensor2D,
  owners: tf.Tensor1D,
  cropSize: [number, number],
): tf.Tensor {
  const [batch, height, width, channels] = shape
  const pixels = tf.reshape(tf.range(0, height * width), [
    1,
    height,
    width,
    1,
  ]) as tf.Tensor4D
  const first = tf.zeros<tf.Rank.R1>(owners.shape, 'int32')
  const crops = tf.image.cropAndResize(pixels, boxes, first, cropSize, 'nearest', -1)
  const starts = tf.reshape(
    tf.mul(owners, tf.scalar(height * width, 'int32')),
    [-1, 1, 1, 1],
  )
  const places = tf.where(
    tf.less(crops, 0),
    tf.scalar(-1, 'int32'),
    tf.add(tf.cast(crops, 'int32'), starts),
  )
  const ids = tf.reshape(places, [-1]) as tf.Tensor1D
  const sums = tf.unsortedSegmentSum(
    tf.reshape(dy, [ids.size, channels]),
    ids,
    batch * height * width,
  )
  return tf.reshape(sums, shape)
}

/** `[boxes, out, in]`; a place outside the image has no weights. */
function boxShares(from: tf.Tensor, to: tf.Tensor, size: number, out: number): tf.Tensor {
  const steps = tf.tensor2d([...Array(out).keys()], [1, out])
  const at =
    out > 1
      ? tf.mul(tf.add(from, tf.mul(tf.sub(to, from), tf.div(steps, out - 1))), size - 1)
      : tf.mul(tf.add(from, to), (size - 1) / 2)
  const places = tf.expandDims(at, 2)
  const pixels = tf.tensor3d([...Array(size).keys()], [1, 1, size])
  const isInside = tf.logicalAnd(
    tf.greaterEqual(places, 0),
    tf.lessEqual(places, size - 1),
  )
  const taken = tf.relu(tf.sub(1, tf.abs(tf.sub(places, pixels))))
  return tf.mul(taken, tf.cast(isInside, 'float32'))
}
