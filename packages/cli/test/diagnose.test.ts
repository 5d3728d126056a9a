import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, project, regimen } from './helpers/project.js'

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

  it('reports a broken config', async () => {
    const { code, stdout } = await regimen(project({ 'trainer.config.ts': '(' }), 'doctor')
    expect(code).toBe(1)
    expect(stdout).toContain('trainer.config.ts: ParseError')
  })
})
