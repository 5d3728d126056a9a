import '@tensorflow/tfjs-backend-cpu'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect, it, onTestFinished } from 'vitest'
import { pythonWith } from '../../../../tooling/oracle-python.js'
import { onnxModel } from '../../src/index.js'
import { fillWeights } from '../helpers/onnx-session.js'

const { layers } = tfl
const python = pythonWith('onnx')
type Symbolic = tfl.SymbolicTensor

const image = () =>
  tfl.sequential({
    layers: [
      layers.conv2d({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        inputShape: [9, 7, 3],
      }),
      layers.batchNormalization(),
      layers.leakyReLU({ alpha: 0.1 }),
      layers.separableConv2d({ filters: 4, kernelSize: 2 }),
      layers.conv2dTranspose({ filters: 2, kernelSize: 2, strides: 2 }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 5, activation: 'softmax' }),
    ],
  })
const sequence = () =>
  tfl.sequential({
    layers: [
      layers.embedding({ inputDim: 10, outputDim: 4, inputLength: 6 }),
      layers.bidirectional({
        layer: layers.lstm({ units: 3, returnSequences: true }) as never,
        mergeMode: 'concat',
      }),
      layers.layerNormalization(),
      layers.gru({ units: 3 }),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  })
function twoInputs(): tfl.LayersModel {
  const [a, b] = [tfl.input({ shape: [4], name: 'a' }), tfl.input({ shape: [4], name: 'b' })]
  const shared = layers.dense({ units: 3, activation: 'elu' })
  const [x, y] = [shared.apply(a) as Symbolic, shared.apply(b) as Symbolic]
  const sum = layers.add().apply([x, y]) as Symbolic
  const dot = layers.dot({ axes: 1 }).apply([x, y]) as Symbolic
  return tfl.model({ inputs: [a, b], outputs: [sum, dot] })
}

it.skipIf(!python)(
  'onnx.checker takes every kind of model, with the shapes it infers',
  async () => {
    await tf.setBackend('cpu')
    const folder = mkdtempSync(join(tmpdir(), 'regimen-onnx-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const models = { image: image(), sequence: sequence(), 'two-inputs': twoInputs() }
    const names = Object.keys(models).map((name) => `${name}.onnx`)
    for (const [name, model] of Object.entries(models)) {
      fillWeights(model)
      writeFileSync(join(folder, `${name}.onnx`), await onnxModel(model))
    }
    const paths = names.map((name) => join(folder, name))
    const script = join(import.meta.dirname, 'check.py')
    const checked = execFileSync(python ?? '', [script, ...paths], { encoding: 'utf8' })
    expect(checked.trim().split('\n')).toEqual(names)
    writeFileSync(join(folder, 'cut.onnx'), (await onnxModel(image())).slice(0, -40))
    const cut = [script, join(folder, 'cut.onnx')]
    expect(() => execFileSync(python ?? '', cut, { stdio: 'pipe' })).toThrow()
  },
)
