import { type OptionFields, optionSchema } from '@regimen/core'
import { configFields, configJsonSchema } from '@regimen/core/config'
import { options as csv } from '@regimen/logger-csv'
import { options as stopping } from '@regimen/plugin-early-stopping'
import { options as preset } from '@regimen/preset-default'
import Ajv from 'ajv'
import { describe, expect, it } from 'vitest'

const schema = configJsonSchema([
  { name: 'logger-csv', options: csv },
  { name: 'early-stopping', options: stopping },
  { name: 'preset-default', options: preset },
])
const validate = new Ajv({ strict: true, allowUnionTypes: true, strictTuples: false }).compile(
  schema,
)
const schemas: Record<string, { owner: string; fields: OptionFields }> = {
  'logger-csv': csv,
  'early-stopping': stopping,
  'preset-default': preset,
}
const base = { module: './module.ts', data: './data.ts' }

/** What the command line says: the fields of a config, and the options of each plugin. */
function isAccepted({ $schema: _, ...config }: Record<string, unknown>): boolean {
  const loaded = { ...config, module: () => {}, data: () => {} }
  if (optionSchema('config', configFields)['~standard'].validate(loaded).issues) return false
  const entries = (config.plugins ?? []) as unknown[]
  return entries.every((entry) => {
    const [name, options = {}] = Array.isArray(entry) ? entry : [entry]
    const known = schemas[String(name)]
    return !known || !optionSchema(known.owner, known.fields)['~standard'].validate(options).issues
  })
}

describe('the JSON schema of a config', () => {
  it.each([
    {},
    { $schema: './trainer.schema.json' },
    { hparams: { rate: 0.1, net: { units: [1, 2] } }, maxEpochs: 3 },
    { limitBatches: { train: 0.5 }, validateEvery: { steps: 10 }, gpus: [0, 1] },
    { plugins: ['logger-csv', ['early-stopping', { monitor: 'val_loss', mode: 'min' }]] },
    { plugins: [['preset-default', { monitor: 'val_loss', earlyStopping: { patience: 3 } }]] },
    { plugins: ['of-somebody-else', ['of-another', { any: 1 }]] },
  ])('takes what the command line takes: %j', (keys) => {
    const config = { ...base, ...keys }
    expect(validate(config), JSON.stringify(validate.errors)).toBe(true)
    expect(isAccepted(config)).toBe(true)
  })

  it.each([
    { maxEpoch: 3 },
    { maxEpochs: '3' },
    { maxEpochs: -1 },
    { hparams: [1] },
    { hparams: 'rate' },
    { accelerator: 'cuda' },
    { validateEvery: { step: 3 } },
    { limitBatches: { trian: 3 } },
    { plugins: 'logger-csv' },
    { plugins: ['early-stopping'] },
    { plugins: [['early-stopping', { monitor: 'val_loss', mode: 'less' }]] },
    { plugins: [['early-stopping', { monitor: 'val_loss', mode: 'min', patience: -1 }]] },
    { plugins: [['early-stopping', { monitor: 'val_loss', mode: 'min', patiense: 1 }]] },
    { plugins: [['logger-csv', { maxQueue: 0 }]] },
  ])('refuses what the command line refuses: %j', (keys) => {
    const config = { ...base, ...keys }
    expect(validate(config)).toBe(false)
    expect(isAccepted(config)).toBe(false)
  })
})
