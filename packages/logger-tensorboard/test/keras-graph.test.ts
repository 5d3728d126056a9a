import * as tfl from '@tensorflow/tfjs-layers'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import { kerasGraph } from '../src/keras-graph.js'

afterEach(() => tf.disposeVariables())
const edgesOf = (model: tfl.LayersModel) =>
  kerasGraph(model.toJSON() as unknown as string).map(
    ({ name, op, inputs }) => `${inputs.join(' + ')} > ${name} (${op})`,
  )
const dense = (name: string) => tfl.layers.dense({ units: 2, name })

describe('the graph of a layers model', () => {
  it('is a chain for a sequential model', () => {
    const layers = [tfl.layers.dense({ units: 3, inputShape: [4], name: 'one' }), dense('two')]
    expect(edgesOf(tfl.sequential({ layers }))).toEqual([' > one (Dense)', 'one > two (Dense)'])
  })

  it('has several inputs and outputs, shared layers and joints', () => {
    const [left, right] = ['left', 'right'].map((name) => tfl.input({ shape: [2], name }))
    const shared = dense('shared')
    const halves = [left, right].map((half) => shared.apply(half as never) as tfl.SymbolicTensor)
    const joint = tfl.layers.add({ name: 'sum' }).apply(halves) as tfl.SymbolicTensor
    const outputs = ['a', 'b'].map((name) => dense(name).apply(joint) as tfl.SymbolicTensor)
    const inputs = [left, right] as tfl.SymbolicTensor[]
    expect(edgesOf(tfl.model({ inputs, outputs }))).toEqual([
      ' > left (InputLayer)',
      ' > right (InputLayer)',
      'left + right > shared (Dense)',
      'shared > sum (Add)',
      'sum > a (Dense)',
      'sum > b (Dense)',
    ])
  })

  it('goes through models in models, which are scopes', () => {
    const inside = tfl.input({ shape: [2], name: 'inside' })
    const outputs = dense('last').apply(inside) as tfl.SymbolicTensor
    const functional = tfl.model({ inputs: inside, outputs, name: 'f' })
    const chain = tfl.sequential({ name: 's' })
    chain.add(tfl.layers.dense({ units: 2, inputShape: [2], name: 'c1' }))
    chain.add(dense('c2'))
    const input = tfl.input({ shape: [2], name: 'input' })
    const middle = functional.apply(chain.apply(input) as tfl.SymbolicTensor)
    const end = dense('end').apply(middle as tfl.SymbolicTensor) as tfl.SymbolicTensor
    expect(edgesOf(tfl.model({ inputs: input, outputs: end }))).toEqual([
      ' > input (InputLayer)',
      'input > s/c1 (Dense)',
      's/c1 > s/c2 (Dense)',
      's/c2 > f/inside (InputLayer)',
      'f/inside > f/last (Dense)',
      'f/last > end (Dense)',
    ])
  })

  it('tells the shape of inputs and what describes a layer', () => {
    const input = tfl.input({ shape: [28, 28, 1], name: 'image' })
    const filter = { filters: 8, kernelSize: 3, activation: 'relu', name: 'conv' } as const
    const outputs = tfl.layers.conv2d(filter).apply(input) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: input, outputs })
    const [image, conv] = kerasGraph(model.toJSON() as unknown as string)
    expect(image?.shape).toEqual([-1, 28, 28, 1])
    expect(conv?.attributes).toMatchObject({
      filters: 8,
      kernel_size: '[3,3]',
      activation: 'relu',
      use_bias: true,
      trainable: true,
    })
    expect(conv?.attributes).not.toHaveProperty('name')
  })

  it.each([
    ['{', 'JSON'],
    ['null', 'give the text of model.toJSON()'],
    ['{"class_name":"Dense","config":{}}', 'give the text of model.toJSON()'],
  ])('of %j is an error', (text, message) => {
    expect(() => kerasGraph(text)).toThrow(message)
  })
})
