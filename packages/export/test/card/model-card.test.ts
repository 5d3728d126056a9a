import '@tensorflow/tfjs-backend-cpu'
import { Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it, vi } from 'vitest'
import { modelCard } from '../../src/index.js'

const { layers } = tfl

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const dense = () =>
  tfl.sequential({
    name: 'net',
    layers: [
      layers.dense({ units: 3, inputShape: [2], name: 'hidden' }),
      layers.batchNormalization({ name: 'norm' }),
    ],
  })

it('tells what the model is, how it was trained, and with what', async () => {
  const module = layersModule(dense(), {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.sgd(0.1),
    metrics: ['mae'],
  })
  const trainer = new Trainer({ maxEpochs: 2, sanityBatches: 0 })
  const batch = () => ({ x: tf.ones([4, 2]), y: tf.ones([4, 3]) })
  await trainer.fit(module, { train: () => [batch(), batch()], validation: () => [batch()] })
  const text = modelCard({
    model: module,
    snapshot: await trainer.snapshot(),
    configuration: { maxEpochs: 2, nested: { rate: 0.1 } },
    plugins: [{ id: 'checkpoint', options: { monitor: 'val_loss' } }, { id: 'progress' }],
    lineage: { commit: 'abc', config: undefined },
    data: { hash: 'sha256 of the rows' },
    formats: ['onnx'],
  })
  await trainer.dispose()
  expect(text).toMatch(
    /^---\nlibrary_name: tfjs\ntags:\n {2}- tensorflowjs\n {2}- regimen\n {2}- onnx\nmetrics:\n/,
  )
  expect(text).toContain('\n# net\n')
  expect(text).toContain('| hidden | Dense | [?, 3] | 9 |')
  expect(text).toContain('21 parameters: 15 trainable, 6 not.')
  expect(text).toMatch(
    /\| val_loss \| [\d.]+ \(epoch 2\) \| [\d.]+ \(epoch \d\) \| [\d.]+ \(epoch \d\) \| 2 \|/,
  )
  expect(text).toContain('- epochs: 2\n- optimizer steps: 4\n- samples seen: 16')
  expect(text).toContain('- training batches: 2\n- validation batches: 1')
  expect(text).toContain('- hash: sha256 of the rows')
  expect(text).toContain('- nested/rate: 0.1')
  expect(text).toContain('- plugin: checkpoint (monitor: val\\_loss)'.replace('\\', ''))
  expect(text).toContain('- plugin: progress')
  expect(text).toContain('## Lineage\n\n- commit: abc\n')
  expect(modelCard({ model: module, formats: [] }, text)).toContain('  - onnx')
})

it('shows no secret: by name, in an address, or of the environment', () => {
  vi.stubEnv('MY_SERVICE_TOKEN', 'a-token-of-the-environment')
  const text = modelCard({
    model: dense(),
    configuration: {
      apiKey: 'key-of-an-option',
      url: 'https://me:pass@host/x',
      note: 'a-token-of-the-environment',
    },
    plugins: [{ id: 'comet', options: { password: 'hidden' } }],
  })
  vi.unstubAllEnvs()
  for (const secret of ['key-of-an-option', 'me:pass', 'a-token-of', 'password: hidden'])
    expect(text).not.toContain(secret)
  expect(text).toContain('- apiKey: ***')
})

it('keeps what a person wrote when it is written again', () => {
  const first = modelCard({ model: dense() })
  const edited = first
    .replace('# net', '# My net\n\nIt knows lines.')
    .replace(/_What the model is for[^_]*_/, 'Lines.')
    .replace('library_name: tfjs', 'library_name: tfjs\nlicense: mit')
    .concat('\n## Contact\n\nme\n')
  const again = modelCard({ model: dense(), lineage: { commit: 'new' } }, edited)
  for (const kept of ['# My net\n\nIt knows lines.', 'Lines.', 'license: mit', '## Contact\n\nme'])
    expect(again).toContain(kept)
  expect(again).toContain('- commit: new')
  expect(modelCard({ model: dense(), lineage: { commit: 'new' } }, again)).toBe(again)
})

it('is of a layers model', () => {
  expect(() => modelCard({ model: {} as never })).toThrow(/REG_MODULE_INVALID/)
})
