import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { resolveAccelerator } from '../../src/config/index.js'
import { Trainer } from '../../src/index.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { folder, install } from './folder.js'

const ENGINE = '@tensorflow/tfjs-backend-cpu'

function project(files: Readonly<Record<string, string>> = {}): { readonly from: string } {
  const root = folder(files)
  install(root, ENGINE)
  return { from: join(root, 'trainer.config.ts') }
}

/** A stand-in for an engine's package, whose plugin fails or names the gpus that it was given. */
const engine = (name: string, source: string) => ({
  [`node_modules/@regimen/backend-${name}/package.json`]:
    '{ "type": "module", "exports": "./index.js" }',
  [`node_modules/@regimen/backend-${name}/index.js`]: source,
})

describe('an accelerator', () => {
  it('"cpu" is set before module and data are made', async () => {
    const plugins = await resolveAccelerator('cpu', undefined, project())
    tf.registerBackend('other', () => tf.findBackend('cpu'))
    await tf.setBackend('other')
    const backends: string[] = []
    const trainer = new Trainer({ maxEpochs: 1, sanityBatches: 0, plugins })
    const module = () => {
      backends.push(tf.getBackend())
      return lineModule()
    }
    await trainer.fit(module, () => {
      backends.push(tf.getBackend())
      return { train: lineBatches(1) }
    })
    tf.removeBackend('other')
    expect(backends).toEqual(['cpu', 'cpu'])
  })

  it('is none where none is asked for', async () => {
    expect(await resolveAccelerator(undefined, undefined, project())).toEqual([])
  })

  it.each([
    ['wasm', '@regimen/backend-wasm'],
    ['node', '@regimen/backend-node'],
    ['gpu', '@regimen/backend-node'],
  ] as const)('%s names the package to install', async (name, pack) => {
    await expect(resolveAccelerator(name, undefined, project())).rejects.toMatchObject({
      code: 'REG_ENGINE_FAILED',
      message: expect.stringContaining(`npm install ${pack}`),
    })
  })

  it('"gpu" is what gpus mean, and gets them', async () => {
    const source = `export const gpu = (options) => ({ name: 'backend-node', options })`
    const place = project(engine('node', source))
    expect(await resolveAccelerator(undefined, [0, 2], place)).toMatchObject([
      { options: { gpus: [0, 2] } },
    ])
    expect(await resolveAccelerator('auto', 1, place)).toMatchObject([{ options: { gpus: 1 } }])
  })

  it('without gpus is not silently given some', async () => {
    await expect(resolveAccelerator('cpu', 1, project())).rejects.toMatchObject({
      code: 'REG_CONFIG_INVALID',
    })
    await expect(resolveAccelerator(undefined, 1, project())).rejects.toMatchObject({
      code: 'REG_ENGINE_FAILED',
    })
  })

  it('"auto" takes the fastest that loads, says which, and why no faster one', async () => {
    const failing = `export const wasm = () => ({ api: 1, id: 'w', name: 'w', apply({ hooks }) {
      hooks.configure.tapPromise('w', async () => { throw new Error('no SIMD here') }) } })`
    const before = tf.memory().numTensors
    const plugins = await resolveAccelerator('auto', undefined, project(engine('wasm', failing)))
    const reports: string[] = []
    const trainer = new Trainer({ maxEpochs: 1, sanityBatches: 0, plugins })
    trainer.on('report').subscribe(({ message }) => reports.push(message))
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    module.dispose()
    expect(plugins.map(({ name }) => name)).toEqual(['backend-cpu', 'accelerator'])
    expect(reports.join()).toMatch(
      /"cpu" is the fastest that loads.*backend-node.*not installed.*no SIMD here/,
    )
    expect(tf.memory().numTensors).toBe(before)
  })

  it('"auto" fails where nothing loads', async () => {
    const from = join(folder({}), 'trainer.config.ts')
    await expect(resolveAccelerator('auto', undefined, { from })).rejects.toMatchObject({
      code: 'REG_ENGINE_FAILED',
      message: expect.stringMatching(/node.*wasm.*cpu/),
    })
  })
})
