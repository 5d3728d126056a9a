import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { useWasm } from '@regimen/backend-wasm'
import { Trainer, type TrainerOptions, type TrainingModule } from '@regimen/core'
import { fastDevRun } from '@regimen/plugin-fast-dev-run'
import { seed } from '@regimen/plugin-seed'
import * as tf from '@tensorflow/tfjs-core'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Complaint, typeErrors } from '../../../test/helpers/type-errors.js'
import { dataChoices, pluginChoices } from '../src/choices.js'
import { create, folderInside } from './helpers/made.js'

const folder = folderInside()
const combinations = dataChoices.flatMap(({ name, models }) =>
  models.map((model) => [name, model] as const),
)
const everyPlugin = pluginChoices.map(({ name }) => name).join(',')
const pathOf = (data: string, model: string) => join(folder, `${data}-${model}`)

/** What a config of these projects exports. */
interface Config extends TrainerOptions {
  readonly module: () => TrainingModule<unknown>
  readonly data: () => Promise<Record<'train' | 'validation' | 'test', Iterable<unknown>>>
}

const configOf = async (data: string, model: string): Promise<Config> =>
  (await import(/* @vite-ignore */ join(pathOf(data, model), 'trainer.config.ts'))).default

function optionsOf(project: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, project)
  return { ...options, customConditions: ['@regimen/source'] }
}

let errors: Complaint[]
beforeAll(async () => {
  for (const [data, model] of combinations) {
    const flags = ['--data', data, '--model', model, '--plugins', everyPlugin]
    expect(await create(folder, `${data}-${model}`, ...flags)).toMatchObject({ code: 0 })
  }
  const files = combinations.flatMap(([data, model]) =>
    ['trainer.config.ts', 'src/data.ts', 'src/model.ts', 'test/model.test.ts'].map((file) =>
      join(pathOf(data, model), file),
    ),
  )
  errors = typeErrors(files, optionsOf(pathOf('digits', 'dense')))
  await useWasm()
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe.each(combinations)('a project of %s with a %s model', (data, model) => {
  it('compiles as its tsconfig.json says', () => {
    const own = errors.filter(({ path }) => path.startsWith(pathOf(data, model)))
    expect(own).toEqual([])
    expect(readFileSync(join(pathOf(data, model), 'src/model.ts'), 'utf8')).toContain('model()')
  })

  it('runs a batch of everything, and writes nothing', async () => {
    const { module, data: loaders, plugins = [], maxEpochs } = await configOf(data, model)
    const rootDir = join(pathOf(data, model), 'runs')
    const trainer = new Trainer({ maxEpochs, rootDir, plugins: [...plugins, fastDevRun()] })
    const { test, ...parts } = await loaders()
    const { metrics, module: trained } = await trainer.fit(module, parts)
    expect(Object.keys(metrics)).toEqual(
      expect.arrayContaining(['loss', 'accuracy', 'val_loss', 'val_accuracy']),
    )
    const { test_accuracy: accuracy } = await trainer.test(trained, test)
    expect(accuracy).toBeGreaterThanOrEqual(0)
    expect(existsSync(rootDir)).toBe(false)
    await trainer.dispose()
    tf.disposeVariables()
  })
})

it('the table is learnt: nine of ten flowers that no training saw are named rightly', async () => {
  const { module, data, maxEpochs } = await configOf('table', 'dense')
  const trainer = new Trainer({ maxEpochs, plugins: [seed(1)] })
  const { test, ...parts } = await data()
  const { module: trained, history } = await trainer.fit(module, parts)
  const { test_accuracy: accuracy } = await trainer.test(trained, test)
  expect(history).toHaveLength(maxEpochs ?? 0)
  expect(accuracy).toBeGreaterThanOrEqual(0.9)
  await trainer.dispose()
  tf.disposeVariables()
})

it('a plugin as made compiles as its tsconfig.json says', async () => {
  const project = join(folder, 'regimen-plugin-every-2-steps')
  expect(await create(folder, 'plugin', 'every-2-steps')).toMatchObject({ code: 0 })
  const names = ['src/index.ts', 'src/best-so-far.ts', 'src/every-2-steps.ts']
  const tests = [
    'best-so-far.test.ts',
    'contract.test.ts',
    'every-2-steps.test.ts',
    'every-2-steps.test-d.ts',
  ]
  const files = [...names, ...tests.map((name) => `test/${name}`)].map((name) =>
    join(project, name),
  )
  expect(files.filter((file) => !existsSync(file))).toEqual([])
  const found = typeErrors(files, optionsOf(project))
  expect(found.filter(({ path }) => path.startsWith(project))).toEqual([])
})
