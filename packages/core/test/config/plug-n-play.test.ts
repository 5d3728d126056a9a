import Module from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config/index.js'
import { importsOfSources } from '../../src/config/plug-n-play.js'
import { folder } from './folder.js'

type Resolve = (name: string, parent: unknown, isMain: boolean, options?: object) => string
const modules = Module as unknown as { _resolveFilename: Resolve }
const original = modules._resolveFilename

describe("a config under Yarn's Plug'n'Play", () => {
  // As .pnp.cjs does it: an option that it does not know is refused.
  beforeEach(() => {
    Object.defineProperty(process.versions, 'pnp', { value: '3', configurable: true })
    modules._resolveFilename = (name, parent, isMain, options) => {
      if (Object.keys(options ?? {}).some((key) => key !== 'paths')) throw new Error('refused')
      return original(name, parent, isMain, options)
    }
  })
  afterEach(() => {
    modules._resolveFilename = original
    Reflect.deleteProperty(process.versions, 'pnp')
  })

  it('imports TypeScript by the name of the JavaScript that it would become, from any file', async () => {
    const root = folder({
      'trainer.config.ts': `import { epochs } from './src/epochs.js'
export default { maxEpochs: epochs satisfies number, module: () => import('./src/late.js'), data: () => ({ train: [] }) }`,
      'src/epochs.ts': "export { epochs } from '../lib/number.mjs'\n",
      'lib/number.mts': 'export const epochs: number = 3\n',
      'src/late.ts': 'export const late: boolean = true\n',
    })
    const { config } = await loadConfig({ from: root })
    expect(config.maxEpochs).toBe(3)
    expect(await (config.module as () => unknown)()).toMatchObject({ late: true })
  })
})

describe('the imports of a file', () => {
  const files = { 'a.ts': '', 'b.ts': '', 'b.js': '', 'c.mts': '', 'sub/d.cts': '' }
  it.each([
    ["import { a } from './a.js'", "import { a } from './a.ts'"],
    ["import './a.js'", "import './a.ts'"],
    ['export * from "./c.mjs"', 'export * from "./c.mts"'],
    ["await import('./sub/d.cjs')", "await import('./sub/d.cts')"],
    ["import b from './b.js'", "import b from './b.js'"],
    ["import absent from './absent.js'", "import absent from './absent.js'"],
    ["import a from 'a.js'", "import a from 'a.js'"],
    ["const text = './a.js'", "const text = './a.js'"],
  ])('%s', (source, changed) => {
    expect(importsOfSources(source, join(folder(files), 'config.ts'))).toBe(changed)
  })
})
