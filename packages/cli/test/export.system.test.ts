import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, INSTALLED, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt('export', 'logger-kit', 'plugin-checkpoint'))

const PACKAGES = [...INSTALLED, '@tensorflow/tfjs-layers', '@regimen/plugin-checkpoint']
const HEAD = `
import { layersModule } from '@regimen/core/layers'
import { checkpoint } from '@regimen/plugin-checkpoint'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
const dense = () => layersModule(
  tfl.sequential({ layers: [tfl.layers.dense({ units: 1, inputShape: [1], name: 'line' })] }),
  { loss: 'meanSquaredError', optimizer: () => tf.train.sgd(0.1) },
)
const saved = checkpoint({ dir: 'line', monitor: 'val_loss', mode: 'min' })
`
const trained = (
  keys = 'module: dense, plugins: [saved]',
  packages = [...PACKAGES, '@regimen/export'],
) => project({ 'trainer.config.ts': config(keys, HEAD) }, packages)

describe('regimen export', () => {
  it('writes the best weights in every format, and refuses to replace them without --force', async () => {
    const root = trained()
    expect(await regimen(root, 'fit')).toMatchObject({ code: 0 })
    const { code, stdout, stderr } = await regimen(root, 'export', 'best')
    expect({ code, stderr }).toMatchObject({ code: 0 })
    const names = readdirSync(join(root, 'exported')).sort()
    expect(names).toEqual([
      'MODEL_CARD.md',
      'model.json',
      'model.onnx',
      expect.stringMatching(/^weights-1of1-/),
    ])
    expect(stdout.trim().split('\n').sort()).toEqual(names.map((name) => `exported/${name}`))
    const { userDefinedMetadata } = JSON.parse(
      readFileSync(join(root, 'exported/model.json'), 'utf8'),
    )
    expect(userDefinedMetadata).toMatchObject({
      step: expect.any(Number),
      val_loss: expect.any(Number),
    })
    const card = readFileSync(join(root, 'exported/MODEL_CARD.md'), 'utf8')
    expect(card).toMatch(/\| line \| Dense \| \[\?, 1\] \| 2 \|/)
    expect(card).toMatch(/- checkpoint: runs\/line\/version_0\/best\.safetensors/)
    expect(card).toContain('- plugin: checkpoint')

    writeFileSync(
      join(root, 'exported/MODEL_CARD.md'),
      card.replace(/_What the model is for.*_/, 'Lines only.'),
    )
    const again = await regimen(root, 'export', 'runs/line/version_0', '--format', 'card')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(again.stderr).toMatch(/REG_EXPORT_WRITE: .*"MODEL_CARD\.md" already/)
    expect(await regimen(root, 'export', 'last', '--format', 'card', '--force')).toMatchObject({
      code: 0,
    })
    expect(readFileSync(join(root, 'exported/MODEL_CARD.md'), 'utf8')).toContain('Lines only.')
  })

  it('says what it lacks, and writes nothing', async () => {
    const root = trained()
    const [nothing, format, missing, folder] = await Promise.all([
      regimen(root, 'export'),
      regimen(root, 'export', 'best', '--format', 'pb'),
      regimen(root, 'export', 'best'),
      regimen(root, 'export', 'node_modules'),
    ])
    expect(nothing).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Say what to export'),
    })
    expect(format).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there are tfjs, onnx, card and all'),
    })
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('REG_CHECKPOINT_MISSING'),
    })
    expect(folder).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('neither best.safetensors nor'),
    })
    expect(existsSync(join(root, 'exported'))).toBe(false)
  })

  it('says which package is missing', async () => {
    expect(await regimen(trained(undefined, PACKAGES), 'export', 'best')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm install @regimen/export'),
    })
  })
})
