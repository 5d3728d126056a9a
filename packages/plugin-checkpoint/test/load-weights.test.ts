import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers'
import { describe, expect, it } from 'vitest'
import {
  checkpoint,
  exportLayersModel,
  loadCheckpoint,
  loadWeights,
  memoryStore,
} from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net, valuesOf } from './helpers/net.js'

describe('loadWeights', () => {
  it('gives a module, a record or a list of variables the weights of a checkpoint', async () => {
    const before = tf.memory().numTensors
    const store = memoryStore()
    const trained = net()
    const plugins = [checkpoint({ store })]
    await new Trainer({ maxEpochs: 2, plugins }).fit(trained, { train: curve(12) })
    const reference = { store, name: 'last' }
    const fresh = [net(), net()]
    await loadWeights(fresh[0] as ReturnType<typeof net>, reference)
    await loadWeights(fresh[1]?.weights ?? {}, await loadCheckpoint(reference))
    for (const module of fresh) expect(valuesOf(module)).toEqual(valuesOf(trained))
    for (const module of [trained, ...fresh]) module.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('gives a layers model that was trained as layersModule its weights', async () => {
    const before = tf.memory().numTensors
    const store = memoryStore()
    const made = () => sequential({ layers: [layers.dense({ inputShape: [2], units: 3 })] })
    const [trained, fresh] = [made(), made()]
    const optimizer = () => tf.train.sgd(0.1)
    const module = layersModule(trained, { loss: 'meanSquaredError', optimizer })
    const train = () => [{ x: tf.ones([4, 2]), y: tf.ones([4, 3]) }]
    await new Trainer({ maxEpochs: 1, plugins: [checkpoint({ store })] }).fit(module, { train })
    const weights = (model: typeof fresh) => model.getWeights().map((one) => [...one.dataSync()])
    expect(weights(fresh)).not.toEqual(weights(trained))
    await loadWeights(fresh, { store, name: 'last' })
    expect(weights(fresh)).toEqual(weights(trained))
    for (const model of [trained, fresh]) model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it.each([undefined, null, 5, 'model', { w: 1 }, [1], { variables: () => 1 }])(
    'refuses to give weights to %j',
    async (target) => {
      await expect(loadWeights(target as never, 'x.safetensors')).rejects.toMatchObject({
        code: 'REG_MODULE_INVALID',
        message: expect.stringContaining('give a module, a tf.LayersModel, or variables'),
      })
    },
  )

  it.each([undefined, null, 5, {}, { store: 1 }])(
    'refuses to take them from %j',
    async (source) => {
      const module = net()
      await expect(loadWeights(module, source as never)).rejects.toMatchObject({
        code: 'REG_CHECKPOINT_MISSING',
        message: expect.stringContaining('give the path of a checkpoint, or { store, name }'),
      })
      module.dispose()
    },
  )

  it('lists every difference to another model and changes nothing', async () => {
    const store = memoryStore()
    const trained = net()
    const plugins = [checkpoint({ store })]
    await new Trainer({ maxEpochs: 1, plugins }).fit(trained, { train: curve(12) })
    const other = tf.tidy(() => ({
      'hidden/kernel': tf.variable(tf.zeros([2, 5])),
      extra: tf.variable(tf.zeros([1])),
    }))
    await expect(
      loadWeights(other, { store, name: 'version_0/last.safetensors' }),
    ).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_MISMATCH',
      message: expect.stringMatching(
        /The checkpoint "version_0\/last.safetensors" is of another model: missing in it \(1\): "extra"; not here \(3\): .*"out\/bias".*; of another shape .*"hidden\/kernel" is float32 \[2,4\] in it and float32 \[2,5\] here/,
      ),
    })
    expect(other['hidden/kernel'].dataSync().every((value) => value === 0)).toBe(true)
    tf.dispose([other, trained.weights])
  })
})

describe('exportLayersModel', () => {
  it.each([
    [undefined, 'folder', 'REG_MODULE_INVALID', 'give a tf.LayersModel'],
    [{ layers: [] }, 'folder', 'REG_MODULE_INVALID', 'give a tf.LayersModel'],
    [sequential(), '', 'REG_OPTION_INVALID', 'expected a path'],
    [sequential(), undefined, 'REG_OPTION_INVALID', 'expected a path'],
  ])('of %o into %j is refused', async (model, folder, code, text) => {
    const exporting = exportLayersModel('x.safetensors', model as never, folder as never)
    await expect(exporting).rejects.toMatchObject({ code, message: expect.stringContaining(text) })
  })

  it('writes what tf.loadLayersModel reads, with the weights of the checkpoint', async () => {
    const before = tf.memory().numTensors
    const folder = temporaryFolder()
    const store = memoryStore()
    const model = sequential({
      layers: [
        layers.dense({ inputShape: [2], units: 3, activation: 'tanh' }),
        layers.batchNormalization(),
        layers.dense({ units: 1 }),
      ],
    })
    const module = layersModule(model, {
      loss: 'meanSquaredError',
      optimizer: () => tf.train.sgd(0.1),
    })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [checkpoint({ store })] })
    const train = function* () {
      for (let batch = 0; batch < 3; batch++) yield { x: tf.ones([4, 2]), y: tf.ones([4, 1]) }
    }
    await trainer.fit(module, { train })
    const predict = (one: typeof model) =>
      tf.tidy(() => [...(one.predict(tf.tensor2d([[0.3, -0.7]])) as tf.Tensor).dataSync()])
    const trained = predict(model)
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.zerosLike(weight))))
    await exportLayersModel({ store, name: 'last' }, model, join(folder, 'new/model'))
    const server = createServer(({ url = '' }, response) =>
      response.end(readFileSync(join(folder, 'new/model', url))),
    ).listen(0)
    const { port } = server.address() as AddressInfo
    const loaded = await loadLayersModel(`http://127.0.0.1:${port}/model.json`)
    server.close()
    expect(predict(loaded as typeof model)).toEqual(trained)
    expect(predict(model)).toEqual([0])
    loaded.dispose()
    model.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
