import type { Value } from '../graph/value.js'
import type { LayerCall } from '../layer-call.js'
import {
  activation,
  elu,
  leakyRelu,
  prelu,
  relu,
  softmax,
  thresholdedRelu,
} from './activations.js'
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from './convolution.js'
import { dense, embedding } from './dense.js'
import { dot } from './dot.js'
import { cropping, rescaling, upSampling, zeroPadding } from './image.js'
import { add, average, concatenate, maximum, minimum, multiply } from './merge.js'
import { batchNormalization, layerNormalization } from './normalization.js'
import {
  averagePooling,
  globalAveragePooling,
  globalMaxPooling,
  maxPooling,
} from './pooling.js'
import { recurrent } from './recurrent.js'
import { flatten, masking, passed, permute, repeatVector, reshape } from './shapes.js'
import { bidirectional, timeDistributed } from './wrappers.js'

/** How the layers of tfjs are converted, by class name. */
export const layerTable: Readonly<Record<string, (call: LayerCall) => readonly Value[]>> =
  {
    Activation: activation,
    Add: add,
    AlphaDropout: passed,
    Average: average,
    AveragePooling1D: averagePooling,
    AveragePooling2D: averagePooling,
    AveragePooling3D: averagePooling,
    BatchNormalization: batchNormalization,
    Bidirectional: bidirectional,
    Concatenate: concatenate,
    Conv1D: convolution,
    Conv2D: convolution,
    Conv2DTranspose: transposedConvolution,
    Conv3D: convolution,
    Conv3DTranspose: transposedConvolution,
    Cropping2D: cropping,
    Dense: dense,
    DepthwiseConv2D: depthwiseConvolution,
    Dot: dot,
    Dropout: passed,
    ELU: elu,
    Embedding: embedding,
    Flatten: flatten,
    GaussianDropout: passed,
    GaussianNoise: passed,
    GlobalAveragePooling1D: globalAveragePooling,
    GlobalAveragePooling2D: globalAveragePooling,
    GlobalMaxPooling1D: globalMaxPooling,
    GlobalMaxPooling2D: globalMaxPooling,
    GRU: recurrent,
    InputLayer: passed,
    LayerNormalization: layerNormalization,
    LeakyReLU: leakyRelu,
    LSTM: recurrent,
    Masking: masking,
    MaxPooling1D: maxPooling,
    MaxPooling2D: maxPooling,
    MaxPooling3D: maxPooling,
    Maximum: maximum,
    Minimum: minimum,
    Multiply: multiply,
    Permute: permute,
    PReLU: prelu,
    RepeatVector: repeatVector,
    ReLU: relu,
    Rescaling: rescaling,
    Reshape: reshape,
    SeparableConv2D: separableConvolution,
    SimpleRNN: recurrent,
    Softmax: softmax,
    SpatialDropout1D: passed,
    ThresholdedReLU: thresholdedRelu,
    TimeDistributed: timeDistributed,
    UpSampling2D: upSampling,
    ZeroPadding2D: zeroPadding,
  }

/** Class names of the layers that can be exported. */
export const exportableLayers: readonly string[] = Object.keys(layerTable)
