import { layers } from '@tensorflow/tfjs-layers'
import { cases, type LayerCase } from './case.js'
import { convolutions } from './convolution-cases.js'
import { recurrents } from './recurrent-cases.js'

const image = [5, 4, 3]
const sequence = [4, 3]
const volume = [4, 3, 5, 2]
const SMALL = {
  never: 'tfjs resizes an image that is smaller, and hands a list to what takes a tensor',
  instead: 'Pad the images first, with tf.layers.zeroPadding2d',
}

const simple: LayerCase[] = [
  cases(
    'dense',
    ['', [5], () => layers.dense({ units: 4 })],
    ['of a sequence', sequence, () => layers.dense({ units: 2, activation: 'tanh' })],
    ['without bias', [5], () => layers.dense({ units: 4, useBias: false })],
  ),
  ...['sigmoid', 'tanh', 'elu', 'selu', 'softplus', 'softsign', 'softmax', 'logSoftmax'].map(
    (kind) =>
      cases('activation', [
        `'${kind}'`,
        [7],
        () => layers.activation({ activation: kind as 'tanh' }),
      ]),
  ),
  ...['relu', 'relu6', 'hardSigmoid', 'linear', 'swish', 'mish', 'gelu', 'gelu_new'].map((kind) =>
    cases('activation', [
      `'${kind}'`,
      [7],
      () => layers.activation({ activation: kind as 'relu' }),
    ]),
  ),
  cases(
    'embedding',
    ['', [6], () => layers.embedding({ inputDim: 5, outputDim: 3 }), { values: 'tokens' }],
    [
      'maskZero',
      [6],
      () => layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
      { values: 'tokens' },
    ],
  ),
  cases(
    'flatten',
    ['', image, () => layers.flatten()],
    ['channelsFirst', image, () => layers.flatten({ dataFormat: 'channelsFirst' })],
  ),
  cases('permute', ['', image, () => layers.permute({ dims: [3, 1, 2] })]),
  cases('repeatVector', ['', [5], () => layers.repeatVector({ n: 3 })]),
  cases('reshape', ['', image, () => layers.reshape({ targetShape: [6, -1] })]),
  cases('masking', [
    '',
    sequence,
    () => layers.masking({ maskValue: 0 }),
    { values: 'rows of zeros' },
  ]),
  cases('masking', ['after trained layers', sequence, () => layers.masking({ maskValue: 0 })]),
  cases('timeDistributed', [
    'dense',
    sequence,
    () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) }),
  ]),
  cases('timeDistributed', [
    'conv2d',
    [2, ...image],
    () => layers.timeDistributed({ layer: layers.conv2d({ filters: 2, kernelSize: 2 }) }),
  ]),
].flat()

const activations: LayerCase[] = [
  cases(
    'reLU',
    ['', [7], () => layers.reLU()],
    ['maxValue', [7], () => layers.reLU({ maxValue: 0.5 })],
  ),
  cases('leakyReLU', ['', [7], () => layers.leakyReLU({ alpha: 0.3 })]),
  cases(
    'prelu',
    ['', [7], () => layers.prelu()],
    ['sharedAxes', image, () => layers.prelu({ sharedAxes: [1, 2] })],
  ),
  cases('elu', ['', [7], () => layers.elu()]),
  cases('thresholdedReLU', ['', [7], () => layers.thresholdedReLU({ theta: 0.4 })]),
  cases(
    'softmax',
    ['', [7], () => layers.softmax()],
    ['axis -1 of an image', image, () => layers.softmax({ axis: -1 })],
    ['axis 1 of an image', image, () => layers.softmax({ axis: 1 })],
  ),
].flat()

const merges: LayerCase[] = [
  ...(['add', 'multiply', 'average', 'maximum', 'minimum'] as const).map((kind) =>
    cases(
      kind,
      ['', [sequence, sequence, sequence], () => layers[kind]()],
      ['broadcasting', [sequence, [1, 3]], () => layers[kind]()],
    ),
  ),
  cases(
    'concatenate',
    ['', [sequence, sequence], () => layers.concatenate()],
    ['axis 1', [sequence, [2, 3]], () => layers.concatenate({ axis: 1 })],
  ),
  cases(
    'dot',
    ['', [[5], [5]], () => layers.dot({ axes: -1 })],
    ['axes [2, 1]', [sequence, [3, 2]], () => layers.dot({ axes: [2, 1] })],
    ['axes 1', [sequence, sequence], () => layers.dot({ axes: 1 })],
    ['normalize', [[5], [5]], () => layers.dot({ axes: -1, normalize: true })],
  ),
].flat()

const noises: LayerCase[] = [
  cases(
    'dropout',
    ['', [9], () => layers.dropout({ rate: 0.4 })],
    ['noiseShape', sequence, () => layers.dropout({ rate: 0.4, noiseShape: [3, 1, 3] })],
  ),
  cases('spatialDropout1d', ['', sequence, () => layers.spatialDropout1d({ rate: 0.4 })]),
  cases('gaussianNoise', ['', [9], () => layers.gaussianNoise({ stddev: 0.5 })]),
  cases('gaussianDropout', ['', [9], () => layers.gaussianDropout({ rate: 0.4 })]),
  cases('alphaDropout', ['', [9], () => layers.alphaDropout({ rate: 0.4 })]),
].flat()

const normalizations: LayerCase[] = [
  cases(
    'batchNormalization',
    ['', [5], () => layers.batchNormalization()],
    ['of an image', image, () => layers.batchNormalization()],
    ['axis 1 of an image', image, () => layers.batchNormalization({ axis: 1 })],
    ['axis 2 of an image', image, () => layers.batchNormalization({ axis: 2 })],
    ['axis 1 of a sequence', sequence, () => layers.batchNormalization({ axis: 1 })],
    ['of a volume', volume, () => layers.batchNormalization()],
    [
      'axis 1 without scale and center',
      image,
      () => layers.batchNormalization({ axis: 1, scale: false, center: false }),
    ],
    [
      'without scale and center',
      image,
      () => layers.batchNormalization({ scale: false, center: false }),
    ],
  ),
  cases(
    'layerNormalization',
    ['', [5], () => layers.layerNormalization()],
    ['of an image', image, () => layers.layerNormalization()],
    ['axis [1, 2, 3]', image, () => layers.layerNormalization({ axis: [1, 2, 3] })],
    ['axis 1', image, () => layers.layerNormalization({ axis: 1 })],
    ['without scale', [5], () => layers.layerNormalization({ scale: false })],
    ['without center', [5], () => layers.layerNormalization({ center: false })],
  ),
].flat()

const pools: LayerCase[] = [
  ...(['maxPooling1d', 'averagePooling1d'] as const).map((kind) =>
    cases(
      kind,
      ['', [7, 3], () => layers[kind]({ poolSize: 2 })],
      [
        "overlapping, 'same'",
        [7, 3],
        () => layers[kind]({ poolSize: 3, strides: 2, padding: 'same' }),
      ],
    ),
  ),
  ...(['maxPooling2d', 'averagePooling2d'] as const).map((kind) =>
    cases(
      kind,
      ['', [7, 6, 3], () => layers[kind]({ poolSize: 2 })],
      ['overlapping', [7, 5, 3], () => layers[kind]({ poolSize: 3, strides: 1 })],
      [
        "overlapping, 'same'",
        [7, 5, 3],
        () => layers[kind]({ poolSize: [3, 2], strides: [2, 1], padding: 'same' }),
      ],
      [
        'channelsFirst',
        [3, 7, 5],
        () => layers[kind]({ poolSize: 2, dataFormat: 'channelsFirst' }),
      ],
    ),
  ),
  ...(['maxPooling3d', 'averagePooling3d'] as const).map((kind) =>
    cases(
      kind,
      ['', volume, () => layers[kind]({ poolSize: [2, 1, 2], strides: 2 })],
      [
        "overlapping, 'same'",
        volume,
        () => layers[kind]({ poolSize: [3, 2, 2], strides: [1, 2, 1], padding: 'same' }),
      ],
      [
        'channelsFirst',
        [2, 4, 3, 5],
        () => layers[kind]({ poolSize: 2, strides: 1, dataFormat: 'channelsFirst' }),
      ],
    ),
  ),
  cases('globalAveragePooling1d', ['', sequence, () => layers.globalAveragePooling1d()]),
  cases('globalMaxPooling1d', ['', sequence, () => layers.globalMaxPooling1d()]),
  ...(['globalAveragePooling2d', 'globalMaxPooling2d'] as const).map((kind) =>
    cases(
      kind,
      ['', image, () => layers[kind]({ dataFormat: 'channelsLast' })],
      ['channelsFirst', image, () => layers[kind]({ dataFormat: 'channelsFirst' })],
    ),
  ),
].flat()

const images: LayerCase[] = [
  cases(
    'zeroPadding2d',
    [
      '',
      image,
      () =>
        layers.zeroPadding2d({
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
    ],
    [
      'channelsFirst',
      image,
      () => layers.zeroPadding2d({ padding: 1, dataFormat: 'channelsFirst' }),
    ],
  ),
  cases(
    'cropping2D',
    [
      '',
      [7, 6, 2],
      () =>
        layers.cropping2D({
          cropping: [
            [1, 2],
            [0, 3],
          ],
        }),
    ],
    [
      'channelsFirst',
      [2, 7, 6],
      () =>
        layers.cropping2D({
          cropping: [
            [1, 2],
            [0, 3],
          ],
          dataFormat: 'channelsFirst',
        }),
    ],
  ),
  cases(
    'upSampling2d',
    ['nearest', [3, 3, 2], () => layers.upSampling2d({ size: [2, 2] })],
    ['nearest, not square', [4, 3, 2], () => layers.upSampling2d({ size: [2, 3] })],
    [
      'nearest, channelsFirst',
      [2, 4, 3],
      () => layers.upSampling2d({ size: [2, 3], dataFormat: 'channelsFirst' }),
    ],
    [
      'bilinear, square',
      [3, 3, 2],
      () => layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
    ],
    [
      'bilinear, not square',
      [4, 3, 2],
      () => layers.upSampling2d({ size: [2, 3], interpolation: 'bilinear' }),
    ],
  ),
  cases(
    'resizing',
    [
      'bilinear',
      [4, 3, 2],
      () => layers.resizing({ height: 5, width: 7, interpolation: 'bilinear' }),
    ],
    [
      'nearest',
      [4, 3, 2],
      () => layers.resizing({ height: 5, width: 7, interpolation: 'nearest' }),
    ],
  ),
  cases('rescaling', ['', image, () => layers.rescaling({ scale: 0.3, offset: 1 })]),
  cases(
    'centerCrop',
    ['', [7, 6, 2], () => layers.centerCrop({ height: 4, width: 3 })],
    ['larger than the image', [3, 3, 2], () => layers.centerCrop({ height: 4, width: 5 }), SMALL],
  ),
  cases('randomWidth', ['', image, () => layers.randomWidth({ factor: [0.1, 0.3], seed: 3 })]),
  cases('categoryEncoding', [
    'multiHot',
    [6],
    () => layers.categoryEncoding({ numTokens: 5, outputMode: 'multiHot' }),
    { values: 'tokens' },
  ]),
].flat()

/** Every configuration that the page shows. */
export const layerCases: readonly LayerCase[] = [
  ...simple,
  ...activations,
  ...convolutions,
  ...pools,
  ...images,
  ...normalizations,
  ...merges,
  ...recurrents,
  ...noises,
]
