import * as tf from '@tensorflow/tfjs-core'
import { hasKernel, onlyTensor } from '../fused-kernel.js'
import type { CallArguments, HeldLayer } from '../held-layer.js'
import { dropout, randomMask, randomNormal } from './dropout.js'

/** What layers that draw random numbers have (`tfjs-layers/src/layers/core.ts`, `noise.ts`). */
interface RandomLayer {
  readonly rate: number
  readonly stddev: number
  readonly seed?: number | null
  readonly noiseShape?: readonly number[] | null
  invokeCallHook(inputs: tf.Tensor | tf.Tensor[], call: CallArguments): void
  getNoiseShape(x: tf.Tensor): readonly number[] | null | undefined
}

type Noise = (layer: RandomLayer, x: tf.Tensor) => tf.Tensor

/** What the layers do in training, by class. */
const noises: Readonly<Record<string, Noise>> = {
  AlphaDropout: ({ rate, noiseShape }, x) => alphaDropout(x, rate, noiseShape ?? x.shape),
  Dropout: dropoutOf,
  GaussianDropout: ({ rate }, x) =>
    tf.mul(x, randomNormal(x.shape, 1, Math.sqrt(rate / (1 - rate)))),
  GaussianNoise: ({ stddev }, x) => tf.add(x, randomNormal(x.shape, 0, stddev)),
  SpatialDropout1D: dropoutOf,
}

/** Classes of layers that {@link callRandom} knows. */
export const randomLayers: readonly string[] = Object.keys(noises)

/**
 * The result of a call of a layer with random numbers from the engine, or `undefined` if tfjs has to compute it:
 * outside training, with a seed of its own, or where the backend lacks the kernels.
 */
export function callRandom(
  layer: HeldLayer,
  inputs: tf.Tensor | tf.Tensor[],
  call: CallArguments | undefined,
): tf.Tensor | undefined {
  const random = layer as unknown as RandomLayer
  const x = onlyTensor(inputs)
  const isGaussianNoise = layer.getClassName() === 'GaussianNoise'
  if (
    x === undefined ||
    x.dtype !== 'float32' ||
    call?.training !== true ||
    (random.seed !== undefined && random.seed !== null) ||
    !(isGaussianNoise || (random.rate > 0 && random.rate < 1)) ||
    !hasKernel('RandomDropout')
  ) {
    return undefined
  }
  return tf.tidy(() => {
    random.invokeCallHook(inputs, call)
    return (noises[layer.getClassName()] as Noise)(random, x)
  })
}

function dropoutOf(layer: RandomLayer, x: tf.Tensor): tf.Tensor {
  const noiseShape = layer.getNoiseShape(x)
  if (noiseShape === null || noiseShape === undefined) return dropout(x, layer.rate)
  return tf.mul(x, dropout(tf.fill([...noiseShape], 1), layer.rate))
}

/**
 * Dropout that keeps mean and variance of what a SELU makes: Klambauer et al., "Self-Normalizing Neural Networks"
 * (2017), section "New dropout technique". tfjs-layers has the wrong sign for the values that are dropped.
 */
function alphaDropout(x: tf.Tensor, rate: number, shape: readonly number[]): tf.Tensor {
  const dropped = -1.7580993408473766
  const slope = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5
  const kept = randomMask(shape, rate)
  const filled = tf.mul(tf.sub(1, kept), dropped)
  return tf.sub(tf.mul(tf.add(tf.mul(x, kept), filled), slope), slope * dropped * rate)
}
