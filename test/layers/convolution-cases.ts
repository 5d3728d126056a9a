import { layers } from '@tensorflow/tfjs-layers'
import { cases, type LayerCase } from './case.js'

const conv1d = (options: object) => () =>
  layers.conv1d({ filters: 3, kernelSize: 3, activation: 'tanh', ...options })
const conv2d = (options: object) => () =>
  layers.conv2d({ filters: 3, kernelSize: [3, 2], activation: 'tanh', ...options })
const depthwise = (options: object) => () =>
  layers.depthwiseConv2d({ kernelSize: [3, 2], depthMultiplier: 2, ...options })
const separable = (options: object) => () =>
  layers.separableConv2d({ filters: 3, kernelSize: [3, 2], activation: 'tanh', ...options })
const transposed = (options: object) => () =>
  layers.conv2dTranspose({ filters: 3, kernelSize: [3, 2], activation: 'tanh', ...options })
const conv3d = (options: object) => () =>
  layers.conv3d({ filters: 3, kernelSize: 2, activation: 'tanh', ...options })
const transposed3d = (options: object) => () =>
  layers.conv3dTranspose({ filters: 2, kernelSize: 2, ...options })

const image = [7, 6, 2]
const first = [2, 7, 6]
const volume = [4, 3, 5, 2]

/** The convolutions. */
export const convolutions: LayerCase[] = [
  cases(
    'conv1d',
    ['', [7, 2], conv1d({})],
    ["strides 2, 'same'", [7, 2], conv1d({ strides: 2, padding: 'same' })],
    ['dilationRate 2', [7, 2], conv1d({ dilationRate: 2 })],
    ["dilationRate 2, 'same'", [8, 2], conv1d({ dilationRate: 2, padding: 'same' })],
    ["padding 'causal'", [7, 2], conv1d({ padding: 'causal' })],
    ['channelsFirst', [2, 7], conv1d({ dataFormat: 'channelsFirst' })],
  ),
  cases(
    'conv2d',
    ['', image, conv2d({})],
    ['without activation', image, conv2d({ activation: undefined })],
    ["strides [2, 3], 'same'", image, conv2d({ strides: [2, 3], padding: 'same' })],
    ['strides 2', image, conv2d({ strides: 2, useBias: false })],
    ['kernel 1, strides 2', image, conv2d({ kernelSize: 1, strides: 2, activation: 'sigmoid' })],
    ['dilationRate 2', image, conv2d({ dilationRate: 2 })],
    ["dilationRate [1, 2], 'same'", image, conv2d({ dilationRate: [1, 2], padding: 'same' })],
    ["dilationRate 2, 'elu'", image, conv2d({ dilationRate: 2, activation: 'elu' })],
    ['dilationRate 2, no activation', image, conv2d({ dilationRate: 2, activation: undefined })],
    ['channelsFirst', first, conv2d({ dataFormat: 'channelsFirst', padding: 'same' })],
  ),
  cases(
    'depthwiseConv2d',
    ['', image, depthwise({})],
    ["strides 2, 'same'", image, depthwise({ strides: 2, padding: 'same' })],
    ['dilationRate 2', image, depthwise({ dilationRate: 2 }), { output: [3, 4, 4] }],
    ['channelsFirst', first, depthwise({ dataFormat: 'channelsFirst' })],
  ),
  cases(
    'separableConv2d',
    ['', image, separable({})],
    [
      "strides 2, 'same', depthMultiplier 2",
      image,
      separable({ strides: 2, padding: 'same', depthMultiplier: 2 }),
    ],
    ['dilationRate 2', image, separable({ dilationRate: 2 })],
    ['channelsFirst', first, separable({ dataFormat: 'channelsFirst' })],
  ),
  cases(
    'conv2dTranspose',
    ['', [4, 3, 2], transposed({})],
    ["strides 2, 'same'", [4, 3, 2], transposed({ strides: 2, padding: 'same' })],
    ['strides [3, 2]', [4, 3, 2], transposed({ strides: [3, 2], useBias: false })],
    ['channelsFirst', [2, 4, 3], transposed({ dataFormat: 'channelsFirst' })],
  ),
  cases(
    'conv3d',
    ['', volume, conv3d({})],
    ["strides 2, 'same'", volume, conv3d({ strides: 2, padding: 'same' })],
    ['kernel 1', volume, conv3d({ kernelSize: 1 })],
    [
      'kernel [2, 1, 3], strides [1, 2, 2]',
      volume,
      conv3d({ kernelSize: [2, 1, 3], strides: [1, 2, 2] }),
    ],
    ['channelsFirst', [2, 4, 3, 5], conv3d({ dataFormat: 'channelsFirst' })],
  ),
  cases(
    'conv3dTranspose',
    ['', [3, 2, 3, 2], transposed3d({})],
    ["strides 2, 'same'", [3, 2, 3, 2], transposed3d({ strides: 2, padding: 'same' })],
  ),
].flat()
