import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, pack, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

describe('regimen explain', () => {
  it('prints config, origins and the loop, and makes no module', async () => {
    const root = plain()
    const { code, stdout } = await regimen(root, 'explain')
    expect(code).toBe(0)
    expect(stdout).toContain(`Config: ${join(root, 'trainer.config.ts')}`)
    expect(stdout).toMatch(/backend-cpu +accelerator in the config/)
    expect(stdout).toMatch(/witness +plugins in the config/)
    expect(stdout).toMatch(/fitEnd .*<- .*witness/)
    expect(existsSync(join(root, 'seen.log'))).toBe(false)
  })
})

describe('regimen doctor', () => {
  it('tells what a training stands on', async () => {
    const { code, stdout } = await regimen(plain(), 'doctor')
    expect(stdout).toContain(process.version)
    expect(stdout).toMatch(/tfjs-core +4\.22\.0 .*tfjs-core\n/)
    expect(stdout).toMatch(/cpu +loads and trains/)
    expect(stdout).toMatch(/node +no: .*npm install @regimen\/backend-node/)
    expect(stdout).toMatch(/Gradients +registered/)
    expect(code).toBe(0)
  })

  it('finds a second tfjs, and no fault in a folder without a config', async () => {
    const files = {
      'package.json': '{ "dependencies": { "other": "1" } }',
      'node_modules/other/package.json': '{}',
      'node_modules/other/node_modules/@tensorflow/tfjs-core/package.json':
        '{ "version": "4.20.0" }',
    }
    const { code, stdout } = await regimen(project(files), 'doctor')
    expect(code).toBe(1)
    expect(stdout).toMatch(/tfjs-core +4\.20\.0/)
    expect(stdout).toMatch(/Problem: There is more than one copy/)
    expect(stdout).toMatch(/Config +none here/)
  })

  it.each([
    ["accelerator: 'node'", 'node', 1],
    ['accelerator: undefined, gpus: 1', 'gpu', 1],
    ["accelerator: 'cpu'", undefined, 0],
  ])('%s: the engine of the config decides', async (keys, missing, expected) => {
    const { code, stdout } = await regimen(plain(keys), 'doctor')
    expect(code).toBe(expected)
    if (missing) {
      const problem = `Problem: The config asks for the engine "${missing}", which does not work here.`
      expect(stdout).toContain(problem)
    } else expect(stdout).toContain('All is well.')
  })

  it('tries each engine in a process of its own, so that none stands in the way of another', async () => {
    const engine = (name: string) => `{ api: 1, id: 'backend-${name}', name: 'backend-${name}',
      apply({ hooks, tf }) { hooks.configure.tapPromise('backend-${name}', async (options) => {
        if (globalThis.engine) throw new Error('this process has loaded ' + globalThis.engine)
        globalThis.engine = '${name}'
        await tf.setBackend('cpu')
        return options
      }) } }`
    const source = `import '@tensorflow/tfjs-backend-cpu'
      export const node = () => (${engine('node')})
      export const gpu = () => (${engine('gpu')})`
    const files = { 'trainer.config.ts': config(), ...pack('@regimen/backend-node', source) }
    const { code, stdout } = await regimen(project(files), 'doctor')
    expect(stdout).toMatch(/node +loads and trains\ngpu +loads and trains/)
    expect(code).toBe(0)
  })

  it('--engine tries one, and says so by its exit code', async () => {
    const root = plain()
    const [cpu, gpu, typo] = await Promise.all([
      regimen(root, 'doctor', '--engine', 'cpu'),
      regimen(root, 'doctor', '--engine', 'gpu'),
      regimen(root, 'doctor', '--engine', 'gpus'),
    ])
    expect(cpu).toEqual({ code: 0, stdout: 'loads and trains\n', stderr: '' })
    expect(gpu).toMatchObject({ code: 1, stdout: expect.stringMatching(/^no: .*backend-node/) })
    expect(typo).toMatchObject({ code: 2, stderr: expect.stringContaining('wasm, cpu, node, gpu') })
  })

  it('reports a broken config', async () => {
    const { code, stdout } = await regimen(project({ 'trainer.config.ts': '(' }), 'doctor')
    expect(code).toBe(1)
    expect(stdout).toContain('trainer.config.ts: ParseError')
  })
})
