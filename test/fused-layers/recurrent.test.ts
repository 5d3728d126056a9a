import { useWasm } from '@regimen/backend-wasm'
import { dropout, fuseLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { type LayersModel, layers as tfLayers } from '@tensorflow/tfjs-layers'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { steadyRandom } from './steady-random.js'

beforeAll(() => useWasm())
beforeEach(() => void steadyRandom())
afterEach(() => void vi.restoreAllMocks())

interface Case {
  readonly batch?: number
  readonly steps?: number
  readonly units?: number
  readonly features?: number
  readonly isMasked?: boolean
  readonly hasStates?: boolean
  readonly options?: object
}

const activations = ['sigmoid', 'tanh', 'linear', 'relu', 'hardSigmoid'] as const
const cases: readonly Case[] = [
  {},
  { batch: 1, steps: 2, units: 1, features: 1 },
  { batch: 3, steps: 4, units: 5, features: 2 },
  { batch: 13, steps: 3, units: 8 },
  { batch: 40, steps: 2, units: 9 },
  { units: 2, options: { returnSequences: true } },
  { units: 7, options: { returnSequences: true, returnState: true } },
  { units: 6, options: { returnState: true, goBackwards: true } },
  { options: { returnSequences: true, goBackwards: true } },
  { isMasked: true },
  { isMasked: true, options: { returnSequences: true } },
  { isMasked: true, options: { returnState: true, goBackwards: true } },
  { hasStates: true, options: { returnSequences: true } },
  { hasStates: true, isMasked: true, options: { returnState: true } },
  { options: { useBias: false } },
  ...activations.map((recurrentActivation) => ({
    options: { recurrentActivation, returnSequences: true },
  })),
  ...activations.map((activation) => ({ options: { activation } })),
]

describe.each(['lstm', 'gru'] as const)('%s', (kind) => {
  it.each(cases)('is one kernel with the values and slopes of its steps: %j', async (given) => {
    const use = built(kind, given)
    const before = footprint()
    const expected = outcome(use)
    fuse(use.layer)
    const { kernelNames, result } = await tf.profile(
      () => use.layer.call(use.x, use.call) as tf.Tensor,
    )
    tf.dispose(result)
    expect(kernelNames).toContain(kind.toUpperCase())
    const actual = outcome(use)
    expect(actual.length).toBe(expected.length)
    const errors = actual.map((values, i) => error(values, expected[i]))
    expect(Math.max(...errors)).toBeLessThan(1e-5)
    expect(footprint()).toEqual(before)
  })
})

it.each(['lstm', 'gru'] as const)(
  '%s drops the same features in all steps, in training',
  async (kind) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.4)
    const { layer, x } = built(kind, { options: { dropout: 0.5 } })
    fuse(layer)
    const before = footprint()
    const { kernelNames, result } = await tf.profile(
      () => layer.call(x, { training: true }) as tf.Tensor,
    )
    expect(kernelNames).toContain(kind.toUpperCase())
    const kept = tf.tidy(() => tf.mul(x, dropout(tf.ones([3, 1, 3]), 0.5)))
    const expected = layer.call(kept, {}) as tf.Tensor
    expect([...(result as tf.Tensor).dataSync()]).toEqual([...expected.dataSync()])
    tf.dispose([result as tf.Tensor, kept, expected])
    expect(footprint()).toEqual(before)
    vi.restoreAllMocks()
  },
)

interface Use {
  readonly layer: tfLayers.Layer
  readonly x: tf.Tensor
  readonly states: tf.Tensor[]
  readonly call: object
}

/** A layer with weights, and what to call it with. */
function built(kind: 'lstm' | 'gru', given: Case): Use {
  const { batch = 3, steps = 5, units = 4, features = 3, options = {} } = given
  const layer = tfLayers[kind]({ units, biasInitializer: 'randomNormal', ...options })
  layer.build([batch, steps, features])
  const count = given.hasStates ? (kind === 'lstm' ? 2 : 1) : 0
  const states = Array.from({ length: count }, () => tf.randomNormal([batch, units]))
  const mask = given.isMasked ? tf.less(tf.randomUniform([batch, steps]), 0.6) : undefined
  return {
    layer,
    x: tf.randomNormal([batch, steps, features]),
    states,
    call: { ...(count > 0 && { initialState: states }), ...(mask && { mask }) },
  }
}

/** Outputs, and slopes of a mixed sum of them by inputs, states and weights. */
function outcome({ layer, x, states, call }: Use): Float32Array[] {
  const tensors = tf.tidy(() => {
    const outputs = outputsOf(layer, x, call)
    const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const { grads } = tf.variableGrads(() => mixedSum(outputsOf(layer, x, call)), weights)
    const byInputs = tf.grads((input: tf.Tensor, ...initialState: tf.Tensor[]) => {
      const given = { ...call, ...(initialState.length > 0 && { initialState }) }
      return mixedSum(outputsOf(layer, input, given))
    })([x, ...states])
    return [...outputs, ...Object.values(grads), ...byInputs]
  })
  const values = tensors.map((tensor) => tensor.dataSync() as Float32Array)
  tf.dispose(tensors)
  return values
}

const outputsOf = (layer: tfLayers.Layer, x: tf.Tensor, call: object): tf.Tensor[] =>
  [layer.call(x, call)].flat()

function mixedSum(outputs: readonly tf.Tensor[]): tf.Scalar {
  const terms = outputs.map((output, i) => {
    const shares = tf.cos(tf.add(tf.range(0, output.size), i))
    return tf.sum(tf.mul(output, tf.reshape(shares, output.shape)))
  })
  return tf.addN(terms) as tf.Scalar
}

const fuse = (layer: tfLayers.Layer) => fuseLayers({ layers: [layer] } as unknown as LayersModel)

const footprint = () => [tf.memory().numTensors, tf.backend().numDataIds()]

/** The largest difference, as a share of 1 or of the largest magnitude. */
function error(actual: Float32Array, expected: Float32Array | undefined): number {
  const size = Math.max(1, ...(expected ?? []).map(Math.abs))
  const differences = actual.map((value, i) => Math.abs(value - (expected?.[i] ?? Number.NaN)))
  return differences.reduce((a, b) => Math.max(a, b), 0) / size
}
