import { fuseLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import type { CurveModel } from './models.js'
import { tokens } from './numbers.js'

const { layers } = tfl

/**
 * A model of tfjs-layers on tokens `[4, 5]`, 0 is padding, with a number for each row. Its variables are those
 * that it is called with.
 */
function ofLayers(variables: CurveModel['variables'], make: () => tfl.Sequential): CurveModel {
  let model: tfl.Sequential | undefined
  return {
    variables,
    optimizer: () => tf.train.adam(0.01, 0.9, 0.999, 1e-7),
    batch(step) {
      const rows = Array.from({ length: 4 }, (_, row) =>
        [...tokens(5, 8, 100 + 4 * step + row)].map((token, i) => (i < 5 - row ? token + 1 : 0)),
      )
      const y = [...tokens(4, 9, 500 + step)].map((value) => [value / 4 - 1])
      return { x: tf.tensor2d(rows), y: tf.tensor2d(y) }
    },
    prepare(given) {
      model = make()
      fuseLayers(model)
      for (const [i, name] of Object.keys(variables).entries()) {
        const weight = model.trainableWeights[i] as tfl.LayerVariable
        weight.dispose()
        Object.assign(weight, { val: given[name] })
      }
    },
    loss(_, { x, y }) {
      const out = model?.apply(x as tf.Tensor, { training: true }) as tf.Tensor
      return tf.mean(tf.squaredDifference(out, y as tf.Tensor))
    },
  }
}

const embedding = (maskZero: boolean) =>
  layers.embedding({ inputDim: 9, outputDim: 3, inputLength: 5, maskZero })

/** The models with recurrent layers. */
export const recurrentModels: Readonly<Record<string, CurveModel>> = {
  lstm: ofLayers({ table: [9, 3], w: [3, 20], u: [5, 20], b: [20], head: [5, 1], bias: [1] }, () =>
    tfl.sequential({
      layers: [
        embedding(false),
        layers.lstm({ units: 5, recurrentActivation: 'sigmoid' }),
        layers.dense({ units: 1 }),
      ],
    }),
  ),
  gru: ofLayers(
    {
      ...{ table: [9, 3], w: [3, 12], u: [4, 12], b: [12] },
      ...{ wBack: [3, 12], uBack: [4, 12], bBack: [12], head: [8, 1], bias: [1] },
    },
    () =>
      tfl.sequential({
        layers: [
          embedding(true),
          layers.bidirectional({
            layer: layers.gru({ units: 4, recurrentActivation: 'sigmoid' }) as never,
            mergeMode: 'concat',
          }),
          layers.dense({ units: 1 }),
        ],
      }),
  ),
}
