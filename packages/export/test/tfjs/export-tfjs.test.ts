import '@tensorflow/tfjs-backend-cpu'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { folderHandler, tfjsModel, writeFiles } from '../../src/index.js'
import { modelFiles } from '../../src/tfjs/model-files.js'
import { fillWeights, values } from '../helpers/onnx-session.js'

const { layers } = tfl

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-export-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function imageModel(): tfl.LayersModel {
  const inner = tfl.sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [4], activation: 'tanh' }),
      layers.batchNormalization(),
    ],
  })
  const input = tfl.input({ shape: [5, 4, 2] })
  const conv = layers.conv2d({ filters: 4, kernelSize: 2 }).apply(input)
  const pooled = layers.globalMaxPooling2d({}).apply(conv as tfl.SymbolicTensor)
  const outputs = inner.apply(pooled as tfl.SymbolicTensor) as tfl.SymbolicTensor
  const model = tfl.model({ inputs: input, outputs })
  fillWeights(model)
  return model
}

const predictions = (model: tfl.LayersModel, x: tf.Tensor) =>
  (model.predict(x) as tf.Tensor).dataSync()

describe('tfjsModel', () => {
  it('writes what tf.loadLayersModel loads, with the same predictions to the bit', async () => {
    const [folder, model, x] = [temporaryFolder(), imageModel(), values([3, 5, 4, 2], 1)]
    await writeFiles(folder, await tfjsModel(model, { metadata: { val_loss: 0.25 } }))
    const loaded = await tfl.loadLayersModel(folderHandler(folder))
    expect(predictions(loaded, x)).toEqual(predictions(model, x))
    expect(loaded.getUserDefinedMetadata()).toEqual({
      regimen: expect.stringMatching(/^\d+\.\d+\.\d+/),
      val_loss: 0.25,
    })
  })

  it('takes the weights of a snapshot, and leaves the model as it is', async () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] })
    const module = layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.adam(0.1),
    })
    const trainer = new Trainer({ maxEpochs: 1 })
    const batch = () => ({ x: tf.ones([4, 2]), y: tf.ones([4, 1]) })
    await trainer.fit(module, { train: () => [batch(), batch()] })
    const [x, snapshot] = [tf.ones([1, 2]), await trainer.snapshot()]
    const trained = predictions(model, x)
    fillWeights(model)
    const other = predictions(model, x)
    expect(other).not.toEqual(trained)
    const folder = temporaryFolder()
    await writeFiles(folder, await tfjsModel(module, { snapshot }))
    expect(predictions(await tfl.loadLayersModel(folderHandler(folder)), x)).toEqual(trained)
    expect(predictions(model, x)).toEqual(other)
    await expect(tfjsModel(imageModel(), { snapshot })).rejects.toThrow(
      /REG_CHECKPOINT_MISMATCH: The snapshot is of another model/,
    )
    await trainer.dispose()
  })

  it('takes the state of the optimizer that the model was compiled with, if asked', async () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] })
    model.compile({ loss: 'meanSquaredError', optimizer: tf.train.adam(0.1) })
    const [x, y] = [tf.ones([4, 2]), tf.ones([4, 1])]
    await model.trainOnBatch(x, y)
    const folder = temporaryFolder()
    await writeFiles(folder, await tfjsModel(model, { optimizer: true }))
    const loaded = await tfl.loadLayersModel(folderHandler(folder))
    await model.trainOnBatch(x, y)
    await loaded.trainOnBatch(x, y)
    expect(predictions(loaded, x)).toEqual(predictions(model, x))
  })

  it('refuses the state of an optimizer that is not there', async () => {
    await expect(tfjsModel(imageModel(), { optimizer: true })).rejects.toThrow(
      /REG_MODULE_INVALID: .* is not compiled with an optimizer/,
    )
  })

  it('refuses a model without an input, and what is none', async () => {
    const model = tfl.sequential()
    await expect(tfjsModel(model)).rejects.toThrow(/has no input yet/)
    await expect(tfjsModel(5 as never)).rejects.toThrow(
      /REG_MODULE_INVALID: What is to be exported is 5/,
    )
  })

  it('leaves no tensor', async () => {
    const model = imageModel()
    const before = tf.memory().numTensors
    await tfjsModel(model)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('modelFiles', () => {
  const specs = [{ name: 'w', shape: [6], dtype: 'float32' as const }]
  const artifacts = {
    modelTopology: {},
    weightSpecs: specs,
    weightData: new Float32Array(6).buffer,
  }

  it.each([
    [24, 1],
    [23, 2],
    [8, 3],
    [7, 4],
  ])('parts of %i bytes: %i files, and model.json last', (size, count) => {
    const names = Object.keys(modelFiles(artifacts, size))
    expect(names).toHaveLength(count + 1)
    expect(names.at(-1)).toBe('model.json')
    expect(names[0]).toMatch(new RegExp(`^weights-1of${count}-[0-9a-f]{12}\\.bin$`))
  })

  it('names parts after their content', () => {
    const other = { ...artifacts, weightData: Float32Array.of(1, 2, 3, 4, 5, 6).buffer }
    expect(Object.keys(modelFiles(artifacts, 24))[0]).not.toBe(
      Object.keys(modelFiles(other, 24))[0],
    )
  })
})

describe('folderHandler', () => {
  it('saves over an earlier model, and removes the weights of that one only', async () => {
    const folder = temporaryFolder()
    const model = imageModel()
    writeFileSync(join(folder, 'weights.bin'), 'of somebody else')
    await model.save(folderHandler(folder))
    const first = readdirSync(folder)
    model.weights[0]?.write(tf.zeros(model.weights[0].shape as number[]))
    await model.save(folderHandler(folder))
    const second = readdirSync(folder)
    expect(second).toHaveLength(first.length)
    expect(second).not.toEqual(first)
    expect(second).toContain('weights.bin')
    const x = values([1, 5, 4, 2], 2)
    expect(predictions(await tfl.loadLayersModel(folderHandler(folder)), x)).toEqual(
      predictions(model, x),
    )
  })

  it('says what is wrong with a folder', async () => {
    const folder = temporaryFolder()
    const load = () => tfl.loadLayersModel(folderHandler(folder))
    await expect(load()).rejects.toThrow(
      /REG_CHECKPOINT_MISSING: No model could be loaded from .*model\.json/,
    )
    await imageModel().save(folderHandler(folder))
    const path = join(folder, 'model.json')
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace(/"weights-[^"]*"/, '"../secret.bin"'))
    await expect(load()).rejects.toThrow(/"\.\.\/secret\.bin", which is not a file of its folder/)
    writeFileSync(path, text.slice(0, 100))
    await expect(load()).rejects.toThrow(/REG_CHECKPOINT_MISSING/)
  })
})
