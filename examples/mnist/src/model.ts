import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'

/**
 * A convolutional net with 46,730 weights: two convolutions with pooling, two dense layers. All
 * that is random has a seed, so that every run ends with the same weights.
 *
 * @returns a model from images `[batch, 28, 28, 1]` to probabilities `[batch, 10]`
 */
export function digitNet(): LayersModel {
  return sequential({
    name: 'digits',
    layers: [
      layers.conv2d({
        inputShape: [28, 28, 1],
        filters: 16,
        kernelSize: 5,
        activation: 'relu',
        kernelInitializer: initializers.heNormal({ seed: 1 }),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({
        filters: 32,
        kernelSize: 5,
        activation: 'relu',
        kernelInitializer: initializers.heNormal({ seed: 2 }),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      // Seeded, tfjs draws the same mask in every step; the rows that meet it are shuffled.
      layers.dropout({ rate: 0.4, seed: 5 }),
      layers.dense({
        units: 64,
        activation: 'relu',
        kernelInitializer: initializers.heNormal({ seed: 3 }),
      }),
      layers.dense({
        units: 10,
        activation: 'softmax',
        kernelInitializer: initializers.glorotUniform({ seed: 4 }),
      }),
    ],
  })
}
