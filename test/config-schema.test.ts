import { configJsonSchema } from '@regimen/core/config'
import { options as checkpoint } from '@regimen/plugin-checkpoint'
import { options as earlyStopping } from '@regimen/plugin-early-stopping'
import { options as progress } from '@regimen/plugin-progress'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'

const schema = configJsonSchema([
  { name: 'checkpoint', options: checkpoint },
  { name: 'early-stopping', options: earlyStopping },
  { name: 'progress', options: progress },
])
const accepts = new Ajv({ strict: false }).compile(schema)
const parts = { module: './module.js', data: './data.js' }
const stopping = { monitor: 'val_loss', mode: 'min' }

it.each([
  {},
  { $schema: './trainer.schema.json', maxEpochs: 3, rootDir: 'runs' },
  {
    validateEvery: { epochs: 0.5 },
    logEvery: { steps: 10 },
    limitBatches: { train: 0.1, test: 3 },
  },
  { accelerator: 'wasm', gpus: [0, 2], resumeFrom: 'last' },
  { plugins: ['progress', ['early-stopping', stopping], 'polite', ['polite', { a: 1 }]] },
  { plugins: [['checkpoint', { ...stopping, topK: -1, last: { steps: 100 } }]] },
])('the JSON schema of a config accepts %j', (config) => {
  expect(accepts({ ...parts, ...config })).toBe(true)
})

it.each([
  { module: undefined },
  { maxEpoch: 3 },
  { maxEpochs: -1 },
  { maxEpochs: 'three' },
  { validateEvery: { epochs: 1, steps: 1 } },
  { logEvery: { steps: 0.5 } },
  { limitBatches: { trian: 1 } },
  { limitBatches: { train: 1.5 } },
  { accelerator: 'cuda' },
  { plugins: {} },
  { plugins: ['early-stopping'] },
  { plugins: [['early-stopping', { monitor: 'val_loss' }]] },
  { plugins: [['early-stopping', { ...stopping, patience: -1 }]] },
  { plugins: [['early-stopping', { ...stopping, patince: 1 }]] },
  { plugins: [['progress', { display: 'dots' }]] },
  { plugins: [['progress', { stream: {} }]] },
])('the JSON schema of a config rejects %j', (config) => {
  expect(accepts(JSON.parse(JSON.stringify({ ...parts, ...config })))).toBe(false)
})
