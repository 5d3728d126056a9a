import * as tf from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import * as ort from 'onnxruntime-web/wasm'
import { onnxModel } from '../../src/index.js'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

/** What onnxruntime computes with the bytes of a model, for several lists of inputs. */
export async function runOnnx(
  bytes: Uint8Array,
  fed: readonly (readonly tf.Tensor[])[],
): Promise<{ readonly dims: readonly number[]; readonly data: Float32Array }[][]> {
  const session = await ort.InferenceSession.create(bytes)
  try {
    const runs = []
    for (const inputs of fed) {
      const feeds = inputs.map((tensor, at) => [session.inputNames[at] as string, asFeed(tensor)])
      const results = await session.run(Object.fromEntries(feeds))
      runs.push(
        session.outputNames.map((name) => {
          const { dims, data } = results[name] as ort.Tensor
          return { dims, data: data as Float32Array }
        }),
      )
    }
    return runs
  } finally {
    await session.release()
  }
}

function asFeed(tensor: tf.Tensor): ort.Tensor {
  const data = tensor.dataSync()
  if (tensor.dtype === 'int32') return new ort.Tensor('int32', data as Int32Array, tensor.shape)
  return new ort.Tensor('float32', data as Float32Array, tensor.shape)
}

/** The largest difference between what a model predicts and what onnxruntime computes, relative above 1. */
export async function largestDifference(
  model: LayersModel,
  fed: readonly (readonly tf.Tensor[])[],
  bytes?: Uint8Array,
): Promise<number> {
  const runs = await runOnnx(bytes ?? (await onnxModel(model)), fed)
  const differences = fed.map((inputs, at) => {
    const predicted = model.predict(inputs.length === 1 ? (inputs[0] as tf.Tensor) : [...inputs])
    const expected = (Array.isArray(predicted) ? predicted : [predicted]) as tf.Tensor[]
    const results = runs[at] as (typeof runs)[number]
    if (results.length !== expected.length) throw new Error(`there are ${results.length} outputs`)
    const ofOutputs = expected.map((tensor, place) => {
      const { dims, data } = results[place] as (typeof results)[number]
      if (dims.join() !== tensor.shape.join())
        throw new Error(`the shape is [${dims}] instead of [${tensor.shape}]`)
      return differenceOf(tensor.dataSync() as Float32Array, data)
    })
    tf.dispose(expected)
    return Math.max(...ofOutputs)
  })
  return Math.max(...differences)
}

function differenceOf(expected: Float32Array, found: Float32Array): number {
  if (expected.length === 0) throw new Error('there is nothing to compare')
  return expected.reduce((most, value, at) => {
    const difference = Math.abs(value - (found[at] as number)) / Math.max(1, Math.abs(value))
    return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(most, difference)
  }, 0)
}

/** Values between -1.5 and 1.5 in a fixed disorder, none of them small. */
export function values(shape: readonly number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, one) => product * one, 1)
  const data = Float32Array.from(
    { length: size },
    (_, at) => 1.5 * Math.sin(at * 12.9 + seed * 7.7 + 1),
  )
  return tf.tensor(data, [...shape])
}

/** Gives all weights of a model values that differ; variances stay positive. */
export function fillWeights(model: LayersModel): void {
  for (const [at, weight] of model.weights.entries()) {
    const filled = values(weight.shape as number[], at + 3)
    const isVariance = weight.originalName.endsWith('moving_variance')
    const value = isVariance ? tf.add(tf.abs(filled), 0.3) : tf.mul(filled, 0.5)
    weight.write(value)
    tf.dispose([filled, value])
  }
}
