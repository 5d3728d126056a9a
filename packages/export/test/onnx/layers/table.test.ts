import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import type { LayerCase } from '../../../../../test/layers/case.js'
import { layerCases } from '../../../../../test/layers/layer-cases.js'
import { exportableLayers, onnxModel } from '../../../src/index.js'
import { fillWeights, largestDifference, values } from '../../helpers/onnx-session.js'

/** Cases that tfjs itself cannot predict with, by what it says. */
const broken: Readonly<Record<string, RegExp>> = {
  "conv1d padding 'causal'": /CAUSAL padding mode/,
  'batchNormalization of a volume': /rank 5/,
  'gru resetAfter': /does not support reset_after/,
  'simpleRNN stateful': /needs to know its batch size/,
  'gru stateful': /needs to know its batch size/,
  'lstm stateful': /needs to know its batch size/,
}

/** Cases that are refused, by the reason. */
const refused: Readonly<Record<string, RegExp>> = {
  'softmax axis 1 of an image': /softmax over the last axis only/,
  'conv1d channelsFirst': /returns its channels last/,
  'separableConv2d channelsFirst': /bias along the wrong axis/,
  'resizing bilinear': /no conversion of Resizing/,
  'resizing nearest': /no conversion of Resizing/,
  centerCrop: /no conversion of CenterCrop/,
  'centerCrop larger than the image': /no conversion of CenterCrop/,
  randomWidth: /no conversion of RandomWidth/,
  'categoryEncoding multiHot': /no conversion of CategoryEncoding/,
  'batchNormalization axis 1 of an image': /the last axis only/,
  'batchNormalization axis 2 of an image': /the last axis only/,
  'batchNormalization axis 1 of a sequence': /the last axis only/,
  'batchNormalization axis 1 without scale and center': /the last axis only/,
  'simpleRNN after masking': /masks steps/,
  'simpleRNN returnSequences after masking': /masks steps/,
  'gru after masking': /masks steps/,
  'gru returnSequences after masking': /masks steps/,
  'lstm after masking': /masks steps/,
  'lstm returnSequences after masking': /masks steps/,
  'bidirectional after masking': /masks steps/,
  'simpleRNNCell in rnn': /no conversion of RNN/,
  'gruCell in rnn': /no conversion of RNN/,
  'lstmCell in rnn': /no conversion of RNN/,
  rnn: /no conversion of RNN/,
  'rnn list of cells': /no conversion of RNN/,
  'stackedRNNCells in rnn': /no conversion of RNN/,
  convLstm2d: /no conversion of ConvLSTM2D/,
  "convLstm2d returnSequences, 'same'": /no conversion of ConvLSTM2D/,
  'convLstm2d strides 2': /no conversion of ConvLSTM2D/,
  'convLstm2d dilationRate 2': /no conversion of ConvLSTM2D/,
  'convLstm2d channelsFirst': /no conversion of ConvLSTM2D/,
  'convLstm2dCell in rnn': /no conversion of ConvLSTM2D/,
}

const nameOf = ({ layer, as }: LayerCase) => `${layer} ${as}`.trim()

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function modelOf({ inputs, before, make }: LayerCase): tfl.LayersModel {
  const symbols = inputs.map((shape) => tfl.input({ shape: [...shape] }))
  const fed = before ? symbols.map((symbol) => before().apply(symbol)) : symbols
  const output = make().apply((fed.length === 1 ? fed[0] : fed) as tfl.SymbolicTensor)
  return tfl.model({ inputs: symbols, outputs: output as tfl.SymbolicTensor })
}

const isComparable = (one: LayerCase) => !(nameOf(one) in broken) && !(nameOf(one) in refused)

it.each(layerCases.filter(isComparable).map((one) => [nameOf(one), one] as const))(
  '%s: onnxruntime computes what the model predicts, for 1 and 3 samples',
  async (_, one) => {
    const model = modelOf(one)
    fillWeights(model)
    const fed = [1, 3].map((batch) =>
      one.inputs.map((shape, at) => inputOf(one, [batch, ...shape], at + 1)),
    )
    expect(await largestDifference(model, fed)).toBeLessThan(1e-5)
    model.dispose()
    tf.dispose(fed)
  },
)

function inputOf(one: LayerCase, shape: readonly number[], seed: number): tf.Tensor {
  const drawn = values(shape, seed)
  if (one.values !== 'tokens') return drawn
  const tokens = tf.tidy(() => tf.floor(tf.mul(tf.abs(drawn), 2.5)))
  drawn.dispose()
  return tokens
}

it.each(Object.entries(refused))('%s is refused by name, with the reason', async (name, reason) => {
  const one = layerCases.find((other) => nameOf(other) === name) as LayerCase
  const model = modelOf(one)
  const tensors = tf.memory().numTensors
  const error = await onnxModel(model).catch((thrown) => thrown)
  expect(tf.memory().numTensors).toBe(tensors)
  expect(error).toMatchObject({ code: 'REG_EXPORT_LAYER' })
  expect(error.message).toMatch(reason)
  expect(model.layers.some((layer) => error.data.layer === layer.name)).toBe(true)
  model.dispose()
})

it('there is no case that is broken in tfjs, or refused, and works', () => {
  const names = layerCases.map(nameOf)
  expect(
    [...Object.keys(broken), ...Object.keys(refused)].filter((one) => !names.includes(one)),
  ).toEqual([])
})

it('every layer that can be exported is one of the cases', () => {
  const kinds = new Set<string>(['InputLayer'])
  for (const one of layerCases.filter(isComparable)) {
    const model = modelOf(one)
    for (const layer of model.layers) kinds.add(layer.getClassName())
    model.dispose()
  }
  expect(exportableLayers.filter((kind) => !kinds.has(kind))).toEqual([])
})
