import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, kinked, linear } from './case.js'

const integers = (values: number[], shape: number[]) => tf.tensor(values, shape, 'int32')

const image = [2, 5, 6, 2]

const images = [
  [false, false],
  [true, false],
  [false, true],
].flatMap(([isAligned, isHalf]) =>
  (
    [
      [3, 9],
      [8, 2],
      [10, 12],
      [1, 1],
    ] as [number, number][]
  ).flatMap((size) => [
    linear(
      `resizeBilinear to ${size}, ${isAligned}, ${isHalf}`,
      (x) => tf.image.resizeBilinear(x as tf.Tensor4D, size, isAligned, isHalf),
      image,
    ),
    linear(
      `resizeNearestNeighbor to ${size}, ${isAligned}, ${isHalf}`,
      (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, isAligned, isHalf),
      image,
    ),
  ]),
)

const ofOnePixel = [true, false].flatMap((isAligned) => [
  linear(
    `resizeBilinear of one pixel, ${isAligned}`,
    (x) => tf.image.resizeBilinear(x as tf.Tensor4D, [3, 4], isAligned),
    [2, 1, 1, 2],
  ),
  linear(
    `resizeNearestNeighbor of one row, ${isAligned}`,
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [3, 4], isAligned),
    [2, 1, 3, 2],
  ),
])

const halfway = linear(
  'cropAndResize halfway between two pixels, nearest',
  (x) =>
    tf.image.cropAndResize(
      x as tf.Tensor4D,
      tf.tensor2d([
        [0.1, 0.2, 0.8, 0.9],
        [0.9, 0.1, 0.2, 0.7],
        [-0.2, 0.1, 1.3, 1.2],
      ]),
      integers([1, 0, 1], [3]) as tf.Tensor1D,
      [3, 4],
      'nearest',
    ),
  image,
)

const crops = (['bilinear', 'nearest'] as const).flatMap((method) =>
  (
    [
      [3, 2],
      [1, 4],
    ] as [number, number][]
  ).map((size) =>
    linear(
      `cropAndResize to ${size}, ${method}`,
      (x) => {
        const boxes = tf.tensor2d([
          [0.12, 0.21, 0.83, 0.86],
          [0.02, 0.03, 1.1, 0.71],
          [0.91, 0.83, 0.22, 0.13],
        ])
        return tf.image.cropAndResize(
          x as tf.Tensor4D,
          boxes,
          integers([0, 1, 0], [3]) as tf.Tensor1D,
          size,
          method,
        )
      },
      image,
    ),
  ),
)

const windows = [
  { size: [2, 3], strides: [1, 1], pad: 'same' },
  { size: [3, 3], strides: [2, 1], pad: 'same' },
  { size: [3, 2], strides: [2, 2], pad: 'valid' },
  { size: [3, 3], strides: [1, 1], pad: 1 },
  {
    size: [3, 3],
    strides: [2, 2],
    pad: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  },
] as { size: [number, number]; strides: [number, number]; pad: 'same' }[]

const averages = [
  ...windows.map(({ size, strides, pad }) =>
    linear(
      `avgPool ${size} by ${strides}, ${pad}`,
      (x) => tf.avgPool(x as tf.Tensor4D, size, strides, pad),
      image,
    ),
  ),
  linear('avgPool, rounded up', (x) => tf.avgPool(x as tf.Tensor4D, 3, 2, 0, 'ceil'), [2, 6, 6, 2]),
  kinked('maxPool, rounded up', (x) => tf.maxPool(x as tf.Tensor4D, 3, 2, 0, 'ceil'), [2, 6, 6, 2]),
  kinked('maxPool, same', (x) => tf.maxPool(x as tf.Tensor4D, [2, 3], 1, 'same'), image),
  linear(
    'pool along one axis',
    (x) => tf.pool(x as tf.Tensor4D, [1, 3], 'avg', 'same', 1, 1),
    image,
  ),
  ...(['same', 'valid'] as const).flatMap((pad) =>
    [1, 2, [1, 2, 3] as [number, number, number]].map((strides) =>
      linear(
        `avgPool3d by ${strides}, ${pad}`,
        (x) => tf.avgPool3d(x as tf.Tensor5D, [2, 3, 2], strides, pad),
        [2, 4, 3, 5, 2],
      ),
    ),
  ),
]

const convolutions = [
  ...([2, [1, 3], [3, 2]] as (number | [number, number])[]).flatMap((rates) =>
    (['same', 'valid'] as const).flatMap((pad) => [
      linear(
        `conv2d dilated by ${rates}, ${pad}`,
        (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad, 'NHWC', rates),
        [2, 8, 7, 2],
        [2, 3, 2, 3],
      ),
      linear(
        `depthwiseConv2d dilated by ${rates}, ${pad}`,
        (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, pad, 'NHWC', rates),
        [2, 8, 7, 2],
        [2, 3, 2, 2],
      ),
    ]),
  ),
  linear(
    'conv1d dilated by 2',
    (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 1, 'same', 'NWC', 2),
    [2, 7, 3],
    [3, 3, 2],
  ),
  linear(
    'conv2d, rounded up',
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 0, 'NHWC', 1, 'ceil'),
    [2, 6, 6, 2],
    [3, 3, 2, 3],
  ),
  linear(
    'conv2d by 2, same',
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'),
    image,
    [3, 3, 2, 3],
  ),
  linear(
    'conv3d dilated by 2',
    (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same', 'NDHWC', 2),
    [1, 4, 3, 5, 2],
    [2, 2, 2, 2, 2],
  ),
  linear(
    'conv3dTranspose by 2',
    (x, w) => tf.conv3dTranspose(x as tf.Tensor5D, w as tf.Tensor5D, [2, 4, 6, 5, 3], 2, 'same'),
    [2, 2, 3, 3, 2],
    [3, 2, 3, 3, 2],
  ),
]

/** Operations on images and volumes. */
export const imageCases: readonly GradientCase[] = [
  ...averages,
  ...convolutions,
  ...crops,
  halfway,
  ...ofOnePixel,
  ...images,
]
