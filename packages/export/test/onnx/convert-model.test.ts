import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it } from 'vitest'
import { onnxModel } from '../../src/index.js'
import { readWeights } from '../../src/model/weights.js'
import { convertModel } from '../../src/onnx/convert-model.js'
import { fillWeights, largestDifference, runOnnx, values } from '../helpers/onnx-session.js'

const { layers } = tfl
type Symbolic = tfl.SymbolicTensor
const apply = (layer: tfl.layers.Layer, ...inputs: Symbolic[]) =>
  layer.apply(inputs.length === 1 ? (inputs[0] as Symbolic) : inputs) as Symbolic

beforeAll(async () => {
  await tf.setBackend('cpu')
})

/** Fills, compares for 1 and 3 samples, and gives how often each operation is in the graph. */
async function compared(model: tfl.LayersModel, shapes: readonly (readonly number[])[]) {
  fillWeights(model)
  const fed = [1, 3].map((batch) => shapes.map((shape, at) => values([batch, ...shape], at + 1)))
  expect(await largestDifference(model, fed)).toBeLessThan(1e-5)
  const { nodes, ...graph } = convertModel(model, await readWeights(model, undefined))
  const count = (operator: string) => nodes.filter((node) => node.operator === operator).length
  return { nodes, count, ...graph }
}

const conv = (options: object = {}) =>
  layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', ...options })

describe('transpositions', () => {
  it('an image model has one at its input, and none before a global pool', async () => {
    const model = tfl.sequential({
      layers: [
        conv({ inputShape: [9, 7, 3] }),
        layers.batchNormalization(),
        layers.maxPooling2d({ poolSize: 2 }),
        layers.dropout({ rate: 0.5 }),
        layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }),
        layers.prelu({ sharedAxes: [1, 2] }),
        layers.zeroPadding2d({
          padding: [
            [1, 0],
            [2, 1],
          ],
        }),
        layers.cropping2D({
          cropping: [
            [1, 1],
            [0, 2],
          ],
        }),
        layers.upSampling2d({ size: [2, 3] }),
        conv({ activation: 'softmax' }),
        layers.globalAveragePooling2d({}),
        layers.dense({ units: 5, activation: 'softmax' }),
      ],
    })
    const { count } = await compared(model, [[9, 7, 3]])
    expect(count('Transpose')).toBe(1)
  })

  it("a second one stands before what needs tfjs' order of axes", async () => {
    const model = tfl.sequential({
      layers: [conv({ inputShape: [6, 5, 2] }), layers.flatten(), layers.dense({ units: 3 })],
    })
    expect((await compared(model, [[6, 5, 2]])).count('Transpose')).toBe(2)
  })

  it('branches share one, and are merged without any', async () => {
    const image = tfl.input({ shape: [6, 5, 2] })
    const [one, other] = [apply(conv(), image), apply(conv({ kernelSize: 1 }), image)]
    const sum = apply(layers.add(), one, other)
    const joined = apply(layers.concatenate(), sum, other, one)
    const rows = apply(layers.concatenate({ axis: 1 }), joined, joined)
    const most = apply(
      layers.maximum(),
      rows,
      apply(layers.activation({ activation: 'tanh' }), rows),
    )
    const model = tfl.model({ inputs: image, outputs: apply(layers.globalMaxPooling2d({}), most) })
    expect((await compared(model, [[6, 5, 2]])).count('Transpose')).toBe(1)
  })
})

describe('after a convolution, with the channels first,', () => {
  const after: [string, () => tfl.layers.Layer][] = [
    ['layerNormalization', () => layers.layerNormalization()],
    ['layerNormalization of axes [3, 1]', () => layers.layerNormalization({ axis: [3, 1] })],
    ['softmax', () => layers.softmax({ axis: -1 })],
    ['prelu with a slope for each element', () => layers.prelu()],
    ['dense', () => layers.dense({ units: 3 })],
    ['permute', () => layers.permute({ dims: [2, 3, 1] })],
    ['reshape', () => layers.reshape({ targetShape: [-1, 2] })],
    ['masking', () => layers.masking({ maskValue: 0 })],
    ['timeDistributed', () => layers.timeDistributed({ layer: layers.dense({ units: 2 }) })],
    [
      'upSampling2d, channelsFirst',
      () => layers.upSampling2d({ size: [1, 2], dataFormat: 'channelsFirst' }),
    ],
    ['conv2d, channelsFirst', () => conv({ dataFormat: 'channelsFirst' })],
    [
      'conv2dTranspose',
      () =>
        layers.conv2dTranspose({
          filters: 2,
          kernelSize: [2, 5],
          strides: [3, 2],
          padding: 'same',
        }),
    ],
    [
      'conv2dTranspose with gaps',
      () => layers.conv2dTranspose({ filters: 2, kernelSize: 1, strides: 3 }),
    ],
  ]
  it.each(after)('%s is right', async (_, make) => {
    const model = tfl.sequential({ layers: [conv({ inputShape: [5, 4, 3] }), make()] })
    await compared(model, [[5, 4, 3]])
  })

  it('a recurrent layer reads the steps', async () => {
    const model = tfl.sequential({
      layers: [
        layers.conv1d({ filters: 3, kernelSize: 2, inputShape: [6, 2] }),
        layers.lstm({ units: 4, returnSequences: true }),
        layers.globalAveragePooling1d({}),
      ],
    })
    await compared(model, [[6, 2]])
  })
})

describe('models', () => {
  it('with several inputs and outputs keep their names, their order and a batch of any size', async () => {
    const a = tfl.input({ shape: [4], name: 'left' })
    const b = tfl.input({ shape: [3, 4], name: 'right' })
    const merged = apply(layers.multiply(), a, b)
    const head = apply(layers.dense({ units: 2, name: 'head' }), merged)
    const model = tfl.model({
      inputs: [b, a],
      outputs: [head, apply(layers.flatten({ name: 'all' }), merged)],
    })
    const { inputs, outputs } = await compared(model, [[3, 4], [4]])
    expect(inputs).toEqual([
      { name: 'right', type: 'float32', shape: ['batch', 3, 4] },
      { name: 'left', type: 'float32', shape: ['batch', 4] },
    ])
    expect(outputs.map(({ name }) => name)).toEqual(['head', 'all'])
  })

  it('with a shared layer have its weights once', async () => {
    const [a, b] = [tfl.input({ shape: [4] }), tfl.input({ shape: [4] })]
    const shared = layers.dense({ units: 3, activation: 'tanh' })
    const model = tfl.model({
      inputs: [a, b],
      outputs: [
        apply(layers.dot({ axes: 1, normalize: true }), apply(shared, a), apply(shared, b)),
        apply(shared, b),
      ],
    })
    const { constants } = await compared(model, [[4], [4]])
    const kernels = [...constants.values()].filter(({ shape }) => shape.join() === '4,3')
    expect(kernels).toHaveLength(1)
  })

  it('within models, called twice, are converted for each call', async () => {
    const inner = tfl.sequential({
      layers: [
        layers.dense({ units: 4, inputShape: [4], activation: 'elu' }),
        layers.layerNormalization(),
      ],
    })
    const input = tfl.input({ shape: [4] })
    const middle = tfl.model({ inputs: input, outputs: apply(inner, input) })
    const outer = tfl.input({ shape: [4] })
    const model = tfl.model({ inputs: outer, outputs: apply(middle, apply(inner, outer)) })
    await compared(model, [[4]])
  })

  it('whose output is an input, or twice the same, still have all of them', async () => {
    const input = tfl.input({ shape: [4], name: 'x' })
    const output = apply(layers.dense({ units: 2, name: 'y' }), input)
    const model = tfl.model({ inputs: input, outputs: [input, output, output] })
    const x = values([2, 4], 1)
    const [results] = await runOnnx(await onnxModel(model), [[x]])
    expect(results?.map(({ dims }) => dims)).toEqual([
      [2, 4],
      [2, 2],
      [2, 2],
    ])
    expect(results?.[0]?.data).toEqual(x.dataSync())
    expect(results?.[1]).toEqual(results?.[2])
  })

  it('of sizes that are known only when they run convolve, pool and distribute', async () => {
    const image = tfl.input({ shape: [null as never, null as never, 2] })
    const one = apply(conv({ strides: 2, kernelSize: 4 }), apply(conv(), image))
    const pooled = apply(layers.averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }), one)
    const model = tfl.model({
      inputs: image,
      outputs: apply(layers.globalMaxPooling2d({}), pooled),
    })
    fillWeights(model)
    const fed = [
      [1, 9, 6, 2],
      [2, 7, 11, 2],
    ].map((shape) => [values(shape, 2)])
    expect(await largestDifference(model, fed)).toBeLessThan(1e-5)
    const steps = tfl.input({ shape: [null as never, 5, 3] })
    const inner = layers.timeDistributed({ layer: layers.conv1d({ filters: 2, kernelSize: 2 }) })
    const sequence = tfl.model({ inputs: steps, outputs: apply(inner, steps) })
    fillWeights(sequence)
    const sequences = [
      [1, 4, 5, 3],
      [2, 3, 5, 3],
    ].map((shape) => [values(shape, 1)])
    expect(await largestDifference(sequence, sequences)).toBeLessThan(1e-5)
  })

  it('pass states from one recurrent layer to another', async () => {
    const [past, future] = [tfl.input({ shape: [5, 3] }), tfl.input({ shape: [4, 2] })]
    const [, h, c] = layers
      .lstm({ units: 3, returnState: true })
      .apply(past) as unknown as Symbolic[]
    const decoder = layers.lstm({ units: 3, returnSequences: true, goBackwards: true })
    const output = decoder.apply([future, h, c] as Symbolic[]) as Symbolic
    const pair = layers.bidirectional({
      layer: layers.gru({
        units: 2,
        returnSequences: true,
        returnState: true,
        goBackwards: true,
      }) as never,
      mergeMode: 'concat',
    })
    const both = pair.apply(output) as unknown as Symbolic[]
    await compared(tfl.model({ inputs: [past, future], outputs: both }), [
      [5, 3],
      [4, 2],
    ])
  })

  it.each([
    [[4, 3], [3]],
    [[3], [4, 3]],
  ])('multiply %j by %j', async (x, y) => {
    const [a, b] = [tfl.input({ shape: x }), tfl.input({ shape: y })]
    const axes: [number, number] = x.length === 2 ? [2, 1] : [1, 2]
    const model = tfl.model({ inputs: [a, b], outputs: apply(layers.dot({ axes }), a, b) })
    await compared(model, [x, y])
  })

  it('take tokens as integers', async () => {
    const input = tfl.input({ shape: [4], dtype: 'int32' })
    const rows = apply(layers.embedding({ inputDim: 6, outputDim: 3 }), input)
    const model = tfl.model({ inputs: input, outputs: rows })
    fillWeights(model)
    const tokens = tf.tensor2d([[0, 5, 2, 2]], [1, 4], 'int32')
    expect(await largestDifference(model, [[tokens]])).toBeLessThan(1e-6)
  })
})

describe('is refused:', () => {
  class Twice extends tfl.layers.Layer {
    static readonly className = 'Twice'
    override call(inputs: tf.Tensor | tf.Tensor[]) {
      return tf.mul(Array.isArray(inputs) ? (inputs[0] as tf.Tensor) : inputs, 2)
    }
  }

  it('a layer of a class that is not known, with those that are', async () => {
    const model = tfl.sequential({
      layers: [layers.dense({ units: 2, inputShape: [2] }), new Twice({ name: 'mine' })],
    })
    const error = await onnxModel(model).catch((thrown) => thrown)
    expect(error.message).toMatch(
      /^REG_EXPORT_LAYER: The layer "mine" \(Twice\) cannot be exported to ONNX: .*there are .*Dense/,
    )
    expect(error.data).toMatchObject({ layer: 'mine', kind: 'Twice' })
  })

  it('a layer whose class extends one that is known, also within another model', async () => {
    const Dense = layers.dense({ units: 1 }).constructor as new (args: object) => tfl.layers.Layer
    class Doubled extends Dense {}
    const inner = tfl.sequential({
      layers: [new Doubled({ units: 2, inputShape: [2], name: 'doubled' })],
    })
    const outer = tfl.sequential({ layers: [inner, layers.dense({ units: 1 })] })
    await expect(onnxModel(outer)).rejects.toThrow(/"doubled".*its class extends Dense/)
  })

  it('an activation function that recurrent operations lack', async () => {
    const layer = layers.lstm({ units: 2, activation: 'selu', inputShape: [3, 2] })
    await expect(onnxModel(tfl.sequential({ layers: [layer] }))).rejects.toThrow(
      /"selu" is none that ONNX has there: relu/,
    )
  })

  it('a recurrent layer that keeps its state', async () => {
    const layer = layers.gru({ units: 2, stateful: true, batchInputShape: [2, 3, 2] })
    await expect(onnxModel(tfl.sequential({ layers: [layer] }))).rejects.toThrow(/stateful/)
  })

  it('a mask, and a recurrent layer anywhere', async () => {
    const model = tfl.sequential({
      layers: [
        layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, inputLength: 3 }),
        layers.lstm({ units: 2 }),
      ],
    })
    await expect(onnxModel(model)).rejects.toThrow(/masks steps/)
  })

  it('a module of variables, with what can be done', async () => {
    const module = { variables: () => ({}), trainingStep: () => tf.scalar(0) }
    await expect(onnxModel(module as never)).rejects.toThrow(
      /REG_MODULE_INVALID: .*a module without a tf.LayersModel.*safetensors/,
    )
  })
})
