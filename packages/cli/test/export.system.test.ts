import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, INSTALLED, project, regimen, start } from './helpers/project.js'

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
/** Loaded before the command line: the second flush of a file kills the process, or finds the disk full. */
const DYING = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { fsync } = fs
let flushes = 0
fs.fsync = (file, done) => {
  if (++flushes < 2) return fsync(file, done)
  if (process.env.DYING === 'killed') process.kill(process.pid, 'SIGKILL')
  done(Object.assign(new Error('ENOSPC: no space left on device, fsync'), { code: 'ENOSPC' }))
}
syncBuiltinESMExports()
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

  it('has the metrics of the whole run, the lineage and, if asked, the state of the optimizer', async () => {
    const adam = HEAD.replace('tf.train.sgd(0.1)', 'tf.train.adam(50)')
    const first = project(
      { 'trainer.config.ts': config('module: dense, plugins: [saved]', adam) },
      [...PACKAGES, '@regimen/export'],
    )
    expect(await regimen(first, 'fit', '--max-epochs', '1')).toMatchObject({ code: 0 })
    renameSync(join(first, 'runs/line'), join(first, 'parent'))
    const parent = 'parent/version_0/last.safetensors'
    expect(await regimen(first, 'fit', '--max-epochs', '4', '--resume', parent)).toMatchObject({
      code: 0,
    })
    const [run] = readdirSync(join(first, 'runs/line'))
    const numbered = readdirSync(join(first, 'runs/line', run as string)).find(
      (name) => /safetensors$/.test(name) && !/^(last|best)/.test(name),
    )
    const file = `runs/line/${run}/${numbered}`
    const ended = await regimen(first, 'export', file, '--optimizer', '--format', 'all')
    expect(ended).toMatchObject({ code: 0 })
    const card = readFileSync(join(first, 'exported/MODEL_CARD.md'), 'utf8')
    expect(card).toMatch(/- best val_loss: .* \(epoch \d, step \d+\)/)
    expect(card).toMatch(
      /- resumed from: .*parent\/version_0\/last\.safetensors \(after epoch 1, step 3, sha256 [0-9a-f]{64}\)/,
    )
    expect(card).toMatch(/- sha256 of its tensors: [0-9a-f]{64}/)
    expect(card).toContain('- validateEvery/epochs: 1')
    expect(card).not.toContain(first)
    const json = JSON.parse(readFileSync(join(first, 'exported/model.json'), 'utf8'))
    expect(json.trainingConfig.optimizer_config.class_name).toBe('Adam')
    expect(await regimen(first, 'export', file, '--optimizer', '--format', 'onnx')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('onnx has no place for the state of an optimizer'),
    })
  })

  it('refuses a module that has variables only, and says where its weights are', async () => {
    const root = trained('plugins: [saved]')
    expect(await regimen(root, 'fit')).toMatchObject({ code: 0 })
    const { code, stderr } = await regimen(root, 'export', 'best')
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /REG_MODULE_INVALID: .*a module without a tf\.LayersModel.*safetensors file/,
      ),
    })
    expect(existsSync(join(root, 'exported'))).toBe(false)
  })

  it.runIf(process.platform === 'linux')(
    'a process that is killed while it writes, or a full disk, leaves what was there',
    async () => {
      const root = trained()
      expect(await regimen(root, 'fit')).toMatchObject({ code: 0 })
      writeFileSync(join(root, 'dying.mjs'), DYING)
      const dying = (how: string, ...args: string[]) => {
        const options = `--import ${join(root, 'dying.mjs')}`
        const env = { NODE_OPTIONS: options, DYING: how }
        return start(root, ['export', 'best', ...args], env).ended
      }
      expect(await dying('killed')).toMatchObject({ code: null })
      expect(existsSync(join(root, 'exported'))).toBe(false)
      const full = await dying('full')
      expect(full).toMatchObject({ code: 1, stdout: '' })
      expect(full.stderr).toMatch(/REG_EXPORT_WRITE: .*could not be written.*Nothing was changed/)
      expect(existsSync(join(root, 'exported'))).toBe(false)
      expect(await regimen(root, 'export', 'best')).toMatchObject({ code: 0 })
      expect(readdirSync(root).filter((name) => name.startsWith('.exported'))).toEqual([])
      const contents = () =>
        readdirSync(join(root, 'exported'))
          .filter((name) => !name.startsWith('.'))
          .map((name) => [name, readFileSync(join(root, 'exported', name), 'utf8')])
      const before = contents()
      await dying('killed', '--force')
      expect(contents()).toEqual(before)
      await dying('full', '--force')
      expect(contents()).toEqual(before)
    },
  )

  it('says which package is missing', async () => {
    expect(await regimen(trained(undefined, PACKAGES), 'export', 'best')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm install @regimen/export'),
    })
  })
})
