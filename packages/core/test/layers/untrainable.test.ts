import * as tf from '@tensorflow/tfjs-core'
import { input, type LayersModel, layers, model, sequential } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import { layersModule, untrainableLayers } from '../../src/layers/index.js'
import { lab, rejection } from '../helpers/lab.js'

const fit = (given: LayersModel, shape: number[]) => {
  const module = layersModule(given, {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.sgd(0.1),
  })
  const [output] = given.outputs
  const target = [2, ...((output?.shape ?? []).slice(1) as number[])]
  const train = () => [{ x: tf.ones([2, ...shape]), y: tf.zeros(target) }]
  return lab().trainer.fit(module, { train })
}
const dense = (options = {}) => layers.dense({ units: 4, ...options })
/** A layer that cannot be trained through where its axis is not the last. */
const turned = (options = {}) =>
  layers.batchNormalization({ axis: 1, trainable: false, ...options })
const names = (given: LayersModel, backend = 'cpu') =>
  untrainableLayers(given, backend).map(({ layer }) => layer)

describe('layers that cannot be trained', () => {
  it('are all named before the first batch, with a way round each', async () => {
    const given = sequential({
      layers: [
        dense({ inputShape: [3, 3] }),
        turned({ name: 'sharp' }),
        layers.softmax({ axis: 1, name: 'soft' }),
      ],
    })
    const before = tf.memory().numTensors
    const error = await rejection(fit(given, [3, 3]))
    expect(error.code).toBe('REG_GRADIENT_MISSING')
    expect(error.data.layers).toMatchObject([
      { layer: 'sharp', className: 'BatchNormalization' },
      { layer: 'soft', className: 'Softmax' },
    ])
    expect(error.detail).toMatch(/"sharp".*permute.*"soft".*permute/)
    expect(tf.memory().numTensors).toBe(before)
    given.dispose()
  })

  it('are found in nested models, wrappers and cells', () => {
    const inner = sequential({
      name: 'inner',
      layers: [turned({ name: 'sharp', inputShape: [3, 4] })],
    })
    const x = input({ shape: [3, 3] })
    const y = inner.apply(dense().apply(x)) as typeof x
    const wrapped = layers.timeDistributed({
      name: 'each',
      layer: layers.batchNormalization({ name: 'too', scale: false }),
    })
    expect(names(model({ inputs: x, outputs: wrapped.apply(y) as typeof x }))).toEqual([
      'inner/sharp',
      'each/too',
    ])
  })

  it('are none where nothing before them is trained', async () => {
    const given = sequential({
      layers: [dense({ inputShape: [3, 3], trainable: false }), turned(), dense({ units: 1 })],
    })
    expect(names(given)).toEqual([])
    await expect(fit(given, [3, 3])).resolves.toMatchObject({ stop: { kind: 'maxEpochs' } })
    given.dispose()
  })

  it('are none in a nested model that nothing trained leads to, and are where something does', () => {
    const inner = () => sequential({ layers: [turned({ name: 'sharp', inputShape: [3, 4] })] })
    const [x, first] = [input({ shape: [3, 4] }), inner()]
    const after = model({ inputs: x, outputs: dense().apply(first.apply(x)) as typeof x })
    expect(names(after)).toEqual([])
    const second = inner()
    const before = model({ inputs: x, outputs: second.apply(dense().apply(x)) as typeof x })
    expect(names(before)).toEqual([`${second.name}/sharp`])
    const [, dense1] = before.layers
    if (dense1) dense1.trainable = false
    expect(names(before)).toEqual([])
  })

  it('that fail in every model are named, trained or not', () => {
    const causal = layers.conv1d({
      filters: 2,
      kernelSize: 3,
      padding: 'causal',
      trainable: false,
      inputShape: [5, 2],
      name: 'past',
    })
    expect(names(sequential({ layers: [causal] }))).toEqual(['past'])
  })

  it('are those of the backend in use', () => {
    const given = sequential({
      layers: [
        layers.convLstm2d({
          filters: 1,
          kernelSize: 2,
          dataFormat: 'channelsFirst',
          inputShape: [2, 1, 4, 4],
          name: 'film',
        }),
      ],
    })
    expect(names(given, 'cpu')).toEqual([])
    expect(names(given, 'wasm')).toEqual(['film'])
  })

  it('are not those whose gradient the trainer brings', () => {
    const dilated = { filters: 2, kernelSize: 2, dilationRate: 2 }
    const volume = layers.conv3dTranspose({ filters: 1, kernelSize: 2, inputShape: [2, 2, 2, 1] })
    const rows = layers.conv1d({ ...dilated, inputShape: [7, 2] })
    const sharp = layers.thresholdedReLU()
    expect(names(sequential({ layers: [volume] }))).toEqual([])
    expect(names(sequential({ layers: [rows, sharp] }))).toEqual([])
    const fused = layers.conv2d({ ...dilated, inputShape: [7, 7, 1], name: 'wide' })
    expect(names(sequential({ layers: [fused] }))).toEqual(['wide'])
  })

  it('do not keep a model from being evaluated', async () => {
    const given = sequential({ layers: [dense({ inputShape: [3, 3] }), turned()] })
    const module = layersModule(given, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.sgd(0.1),
    })
    const data = () => [{ x: tf.ones([2, 3, 3]), y: tf.zeros([2, 3, 4]) }]
    await expect(lab().trainer.validate(module, { data })).resolves.toBeDefined()
    given.dispose()
  })
})
