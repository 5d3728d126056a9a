import { initializers, type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'

/**
 * A convolutional net with 46,730 weights: two convolutions with pooling, two dense layers. What is
 * random in it, the plugin `seed` repeats.
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
        kernelInitializer: initializers.heNormal({}),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({
        filters: 32,
        kernelSize: 5,
        activation: 'relu',
        kernelInitializer: initializers.heNormal({}),
      }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dropout({ rate: 0.4 }),
      layers.dense({
        units: 64,
        activation: 'relu',
        kernelInitializer: initializers.heNormal({}),
      }),
      layers.dense({
        units: 10,
        activation: 'softmax',
        kernelInitializer: initializers.glorotUniform({}),
      }),
    ],
  })
}
