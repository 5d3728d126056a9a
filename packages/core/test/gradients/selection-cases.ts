import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, kinked, linear } from './case.js'

const integers = (values: number[], shape: number[]) => tf.tensor(values, shape, 'int32')

const selections = [
  linear('stridedSlice', (x) => tf.stridedSlice(x, [0, 1], [3, 4], [2, 2]), [3, 5]),
  linear('stridedSlice backwards', (x) => tf.stridedSlice(x, [2, 3], [0, 0], [-1, -2]), [3, 5]),
  linear(
    'stridedSlice with a new axis',
    (x) => tf.stridedSlice(x, [1, 0], [2, 5], [1, 2], 0, 0, 0, 1, 0),
    [3, 5],
  ),
  linear(
    'stridedSlice with an ellipsis',
    (x) => tf.stridedSlice(x, [0, 1], [1, 4], [1, 2], 0, 0, 1),
    [3, 2, 5],
  ),
  {
    ...linear(
      'stridedSlice without an axis',
      (x) => tf.stridedSlice(x, [1, 0], [2, 5], [1, 2], 0, 0, 0, 0, 1),
      [3, 5],
    ),
    isWrongOnCpu: true,
  },
  kinked('topk', (x) => tf.topk(x, 2).values, [3, 5]),
  kinked('topk of a stack', (x) => tf.topk(x, 3, false).values, [2, 2, 4]),
  linear('gatherND', (x) => tf.gatherND(x, integers([0, 2, 2, 1, 2, 1], [3, 2])), [3, 4, 2]),
  linear('gatherND of whole slices', (x) => tf.gatherND(x, integers([1, 1], [2, 1])), [3, 4]),
  linear(
    'scatterND',
    (x) => tf.scatterND(integers([0, 2, 0], [3, 1]) as tf.Tensor2D, x, [4, 2]),
    [3, 2],
  ),
  linear(
    'tensorScatterUpdate',
    (x, y) => tf.tensorScatterUpdate(x, integers([0, 2], [2, 1]) as tf.Tensor2D, y),
    [4, 2],
    [2, 2],
  ),
  linear(
    'gather over the last axis',
    (x) => tf.gather(x, integers([0, 2, 2, 1], [2, 2]) as tf.Tensor1D, -1),
    [3, 4, 5],
  ),
  linear(
    'gather over the first axis',
    (x) => tf.gather(x, integers([0, 2, 2], [3]) as tf.Tensor1D),
    [3, 4],
  ),
  linear(
    'gather with a batch',
    (x) => tf.gather(x, integers([0, 2, 2, 1, 3, 3], [3, 2]) as tf.Tensor1D, 1, 1),
    [3, 4, 2],
  ),
  linear(
    'gather with two batches',
    (x) => tf.gather(x, integers([0, 2, 2, 1], [2, 2, 1]) as tf.Tensor1D, 2, 2),
    [2, 2, 3],
  ),
]

const layouts = [
  linear(
    'mirrorPad, reflect',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 1],
        ],
        'reflect',
      ),
    [3, 4],
  ),
  linear(
    'mirrorPad, symmetric',
    (x) =>
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 1],
          [2, 0],
        ],
        'symmetric',
      ),
    [3, 4, 2],
  ),
  linear('tile to nothing', (x) => tf.tile(x, [0, 2]), [2, 2]),
  linear('tile', (x) => tf.tile(x, [2, 1, 3]), [2, 2, 2]),
  linear('tile of five axes', (x) => tf.tile(x, [2, 1, 1, 1, 2]), [2, 2, 1, 2, 2]),
  linear('depthToSpace', (x) => tf.depthToSpace(x as tf.Tensor4D, 2), [2, 2, 3, 8]),
  linear('flipLeftRight', (x) => tf.image.flipLeftRight(x as tf.Tensor4D), [2, 3, 4, 2]),
  linear('diag', (x) => tf.diag(x), [3]),
]

/** Operations that pick, move or repeat values. */
export const selectionCases: readonly GradientCase[] = [...layouts, ...selections]
