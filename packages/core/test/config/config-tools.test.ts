import * as cosmiconfig from 'cosmiconfig'
import * as jiti from 'jiti'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { configTools } from '../../src/config/config-tools.js'
import { loadConfig } from '../../src/config/index.js'
import { folder } from './folder.js'

afterEach(() => {
  vi.doUnmock('cosmiconfig')
  vi.doUnmock('jiti')
  vi.resetModules()
})

const install = /npm install cosmiconfig@9 jiti@2/

describe('the tools that read a config', () => {
  it('are those that are installed', async () => {
    expect(await configTools()).toEqual({ cosmiconfig, jiti })
  })

  it('are those of the caller, where it has some', async () => {
    const createJiti = vi.fn(jiti.createJiti)
    const tools = { cosmiconfig, jiti: { createJiti } }
    const config = 'export default { module: () => ({}), data: () => ({ train: [] }) }'
    const from = folder({ 'trainer.config.ts': config })
    await loadConfig({ from, tools })
    expect(createJiti).toHaveBeenCalledOnce()
    expect(await configTools(tools)).toBe(tools)
  })

  it.each(['cosmiconfig', 'jiti'])('are asked for where %s is not installed', async (name) => {
    vi.doMock(name, () => {
      throw Object.assign(new Error('no such package'), { code: 'ERR_MODULE_NOT_FOUND' })
    })
    await theNextImport()
    await expect(configTools()).rejects.toMatchObject({
      code: 'REG_CONFIG_UNREADABLE',
      message: expect.stringMatching(install),
      data: { packages: ['cosmiconfig', 'jiti'] },
    })
  })

  it('are asked for where another major version is installed', async () => {
    vi.doMock('jiti', () => ({ default: () => {} }))
    await theNextImport()
    await expect(configTools()).rejects.toMatchObject({ message: expect.stringMatching(install) })
  })
})

/** Modules are replaced during the next import; of several at once only the first would wait for it. */
const theNextImport = () => import('./folder.js')
