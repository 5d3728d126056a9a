import { useWasm } from '@regimen/backend-wasm'
import { fuseLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it } from 'vitest'
import oracle from './oracle.json' with { type: 'json' }

beforeAll(() => useWasm())

const { batch, steps, features, units } = oracle.sizes

it.each([
  ['lstm', oracle.lstm, false],
  ['lstm', oracle.lstmWithLengths, true],
  ['gru', oracle.gru, false],
  ['gru', oracle.gruWithLengths, true],
] as const)('%s has the results and slopes of PyTorch', (kind, expected, hasLengths) => {
  const layer = tfLayers[kind]({
    units,
    recurrentActivation: 'sigmoid',
    returnSequences: !hasLengths,
    returnState: true,
  })
  layer.build([batch, steps, features])
  fuseLayers({ layers: [layer] } as unknown as LayersModel)
  const gates = kind === 'lstm' ? 4 : 3
  const given = {
    kernel: values([features, gates * units], 2),
    recurrentKernel: values([units, gates * units], 3),
    bias: values([gates * units], 4),
  }
  layer.setWeights(Object.values(given))
  const initialState = kind === 'lstm' ? [5, 6] : [5]
  const states = initialState.map((seed) => values([batch, units], seed))
  const mask = hasLengths ? { mask: masked() } : {}
  const resultsOf = (x: tf.Tensor, initial: tf.Tensor[]) => {
    const results = layer.call(x, { initialState: initial, ...mask }) as tf.Tensor[]
    return hasLengths ? results.slice(1) : results
  }
  const x = values([batch, steps, features], 1)
  compare(resultsOf(x, states), expected.results)

  const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
  const { grads } = tf.variableGrads(() => weighted(resultsOf(x, states)), weights)
  const ofInputs = tf.grads((input: tf.Tensor, ...initial: tf.Tensor[]) =>
    weighted(resultsOf(input, initial)),
  )([x, ...states])
  const { x: dx, kernel, recurrentKernel, bias, hidden, ...rest } = expected.slopes
  compare(
    weights.map(({ name }) => grads[name] as tf.Tensor),
    [kernel, recurrentKernel, bias],
  )
  compare(ofInputs, [dx, hidden, ...Object.values(rest)])
})

function compare(actual: readonly tf.Tensor[], expected: readonly number[][]): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, tensor] of actual.entries()) {
    const wanted = expected[i] as number[]
    const size = Math.max(...wanted.map(Math.abs))
    const errors = [...tensor.dataSync()].map((value, j) => value - (wanted[j] as number))
    expect(errors).toHaveLength(wanted.length)
    expect(Math.max(...errors.map(Math.abs)) / size).toBeLessThan(2e-6)
  }
}

function values(shape: number[], seed: number): tf.Tensor {
  const numbers = Array.from({ length: tf.util.sizeFromShape(shape) }, (_, i) =>
    Math.sin(seed + 1.7 * i),
  )
  return tf.tensor(numbers, shape)
}

const masked = () =>
  tf.tensor(
    oracle.lengths.map((length) => Array.from({ length: steps }, (_, t) => t < length)),
    [batch, steps],
    'bool',
  )

function weighted(results: readonly tf.Tensor[]): tf.Scalar {
  const terms = results.map((result) => {
    const shares = Float32Array.from({ length: result.size }, (_, i) => Math.cos(i))
    return tf.sum(tf.mul(result, tf.tensor(shares, result.shape)))
  })
  return tf.addN(terms) as tf.Scalar
}
