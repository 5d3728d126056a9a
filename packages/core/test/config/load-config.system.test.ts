import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { loadConfig } from '../../src/config/index.js'
import { RegimenError } from '../../src/index.js'
import { folder, install, listing } from './folder.js'

const PARTS = `module: () => ({}), data: () => ({ train: [] })`
const SCRIPT = `export default { maxEpochs: 3, ${PARTS} }\n`
const PATHS = { module: './module.ts', data: './data.mjs' }
const MODULE = `interface Part { name: string }\nexport default (): Part => ({ name: 'made' })\n`

async function failure(options: Parameters<typeof loadConfig>[0]): Promise<RegimenError> {
  const thrown = await loadConfig(options).catch((error) => error)
  expect(thrown).toBeInstanceOf(RegimenError)
  return thrown
}

describe('where a config is found', () => {
  it.each([
    [
      'trainer.config.ts',
      `const epochs: number = 3\nexport default { maxEpochs: epochs, ${PARTS} }`,
    ],
    ['trainer.config.mts', SCRIPT],
    ['trainer.config.js', SCRIPT],
    ['trainer.config.mjs', SCRIPT],
    ['trainer.config.cjs', SCRIPT.replace('export default', 'module.exports =')],
    ['trainer.config.json', JSON.stringify({ maxEpochs: 3, ...PATHS })],
    ['trainer.config.yaml', 'maxEpochs: 3\nmodule: ./module.ts\ndata: ./data.mjs\n'],
    ['trainer.config.yml', 'maxEpochs: 3\nmodule: ./module.ts\ndata: ./data.mjs\n'],
    ['package.json', JSON.stringify({ name: 'x', regimen: { maxEpochs: 3, ...PATHS } })],
  ])('in %s', async (name, text) => {
    const root = folder({
      [name]: text,
      'module.ts': MODULE,
      'data.mjs': 'export default { train: [] }',
    })
    const { config, path } = await loadConfig({ from: root })
    expect(path).toBe(join(root, name))
    expect(config.maxEpochs).toBe(3)
    expect(config.module).toBeInstanceOf(Function)
  })

  it.each([
    [
      'its own',
      {
        'tsconfig.json':
          '{ // aliases\n "compilerOptions": { "paths": { "@lib/*": ["./lib/*"] } } }',
      },
    ],
    [
      'another that it extends',
      {
        'tsconfig.json': '{ "extends": "./base.json" }',
        'base.json':
          '{ "compilerOptions": { "paths": { "*": ["./types/*"], "@lib/*": ["./lib/*"] } } }',
      },
    ],
  ])('and imports by the paths of tsconfig.json: %s', async (_, files) => {
    const root = folder({
      ...files,
      'lib/epochs.ts': 'export const epochs: number = 3\n',
      'trainer.config.ts': `import { epochs } from '@lib/epochs'\nimport { RegimenError } from '@regimen/core'\nexport default { maxEpochs: epochs, module: () => RegimenError, data: () => ({ train: [] }) }`,
    })
    install(root, '@regimen/core')
    expect((await loadConfig({ from: root })).config.maxEpochs).toBe(3)
  })

  it('whatever a tsconfig.json says that cannot be read', async () => {
    const extended = '{ "extends": "absent/tsconfig.json" }'
    const root = folder({ 'trainer.config.ts': SCRIPT, 'tsconfig.json': extended })
    expect((await loadConfig({ from: root })).config.maxEpochs).toBe(3)
  })

  it('in a folder above, up to the root of the project', async () => {
    const root = folder({ '.git/HEAD': '', 'trainer.config.mjs': SCRIPT, 'a/b/package.json': '{}' })
    expect((await loadConfig({ from: join(root, 'a/b') })).path).toBe(
      join(root, 'trainer.config.mjs'),
    )
  })

  it.each([
    ['a .git', { 'a/.git/HEAD': '' }],
    ['workspaces', { 'a/package.json': '{ "workspaces": ["b"] }' }],
  ])('but not above a folder with %s', async (_, files) => {
    const root = folder({
      'trainer.config.mjs': SCRIPT,
      'a/b/x': '',
      ...(files as Record<string, string>),
    })
    const { code, message } = await failure({ from: join(root, 'a/b') })
    expect(code).toBe('REG_CONFIG_MISSING')
    expect(message).toContain(join(root, 'a'))
    expect(message).toContain('trainer.config.ts, trainer.config.mts, trainer.config.js')
  })

  it('in the file that is named, whatever lies around it', async () => {
    const root = folder({ 'trainer.config.ts': 'broken(', 'other.mjs': SCRIPT })
    expect((await loadConfig({ path: join(root, 'other.mjs') })).config.maxEpochs).toBe(3)
    expect((await failure({ path: join(root, 'absent.ts') })).code).toBe('REG_CONFIG_MISSING')
  })
})

describe('what a config may be', () => {
  it('an object, or a function that makes one, also asynchronously', async () => {
    const root = folder({
      'sync.ts': `export default () => ({ maxEpochs: 4, ${PARTS} })`,
      'async.ts': `export default async () => ({ maxEpochs: 5, ${PARTS} })`,
    })
    expect((await loadConfig({ path: join(root, 'sync.ts') })).config.maxEpochs).toBe(4)
    expect((await loadConfig({ path: join(root, 'async.ts') })).config.maxEpochs).toBe(5)
  })

  it('with module and data as paths, imported when they are made', async () => {
    const root = folder({
      'trainer.config.json': JSON.stringify(PATHS),
      'module.ts': MODULE,
      'data.mjs': 'export default { train: [7] }',
    })
    const { config } = await loadConfig({ from: root })
    expect(await (config.module as unknown as () => unknown)()).toEqual({ name: 'made' })
    expect(await (config.data as () => unknown)()).toEqual({ train: [7] })
  })

  it('read anew, also where the file has changed since', async () => {
    const root = folder({ 'trainer.config.ts': SCRIPT })
    const first = await loadConfig({ from: root })
    const { writeFileSync } = await import('node:fs')
    writeFileSync(first.path, SCRIPT.replace('3', '9'))
    expect((await loadConfig({ from: root })).config.maxEpochs).toBe(9)
  })
})

describe('a config that cannot be read', () => {
  it.each([
    ['trainer.config.ts', 'const a = 1\nexport default { b: [ }', 2],
    ['trainer.config.mjs', 'const a = 1\n\nexport default { b: [ }', 3],
    ['trainer.config.ts', 'const a = 1\nthrow new Error("no luck")', 2],
    ['trainer.config.json', '{\n  "maxEpochs": 3\n  "minEpochs": 1\n}', 3],
    ['trainer.config.yaml', 'maxEpochs: 3\nlimitBatches: [1,\nb: }\n', 3],
    ['package.json', '{\n  "regimen": { "maxEpochs": 3\n}', 3],
  ])('is named with its line: %s', async (name, text, line) => {
    const root = folder({ [name]: text })
    const { code, message } = await failure({ from: root })
    expect(code).toBe('REG_CONFIG_UNREADABLE')
    expect(message).toContain(`${join(root, name)}: `)
    expect(message).toContain(`(line ${line})`)
    expect(message.split('\n')).toHaveLength(1)
  })

  it('names a file that it imports, where that one is broken', async () => {
    const root = folder({
      'trainer.config.ts': `import './part.ts'\nexport default {}`,
      'part.ts': '\n(',
    })
    const { message } = await failure({ from: root })
    expect(message).toContain(`${join(root, 'trainer.config.ts')}: `)
    expect(message).toContain(`(${join(root, 'part.ts')}, line 2)`)
  })

  it.each([
    [
      'trainer.config.ts',
      `import { readFileSync } from 'node:fs'\nexport default readFileSync('absent.csv')`,
    ],
    ['trainer.config.ts', 'throw null'],
    ['trainer.config.ts', 'export default () => { throw new Error("later") }'],
    ['trainer.config.ts', ''],
    ['trainer.config.json', ''],
    ['trainer.config.yaml', '# nothing\n'],
  ])('is not passed over: %s %j', async (name, text) => {
    const root = folder({ [name]: text, 'trainer.config.yml': 'maxEpochs: 3' })
    const { code, message } = await failure({ from: root })
    expect(code).toBe('REG_CONFIG_UNREADABLE')
    expect(message).toContain(name)
  })

  it('is refused where the ending says nothing', async () => {
    const root = folder({ 'trainer.config.toml': 'maxEpochs = 3' })
    const { code, message } = await failure({ path: join(root, 'trainer.config.toml') })
    expect(code).toBe('REG_CONFIG_UNREADABLE')
    expect(message).toContain('.toml')
  })
})

describe('a config that cannot be used', () => {
  it.each([
    [`{ maxEpoch: 3, ${PARTS} }`, 'REG_OPTION_UNKNOWN', 'Did you mean "maxEpochs"?'],
    [`{ max_epochs: 3, ${PARTS} }`, 'REG_OPTION_UNKNOWN', 'Did you mean "maxEpochs"?'],
    [
      `{ limitBatches: { trian: 1 }, ${PARTS} }`,
      'REG_OPTION_UNKNOWN',
      '"limitBatches.trian" is not known',
    ],
    [`{ maxEpochs: 'three', ${PARTS} }`, 'REG_OPTION_INVALID', '"maxEpochs" is "three"'],
    [`{ data: [] }`, 'REG_CONFIG_INVALID', '"module" is missing'],
    [`{ module: {} }`, 'REG_CONFIG_INVALID', '"data" is missing'],
    [`{ accelerator: 'cuda', ${PARTS} }`, 'REG_CONFIG_INVALID', '"accelerator" is "cuda"'],
    [`{ gpus: 0, ${PARTS} }`, 'REG_CONFIG_INVALID', '"gpus" is 0'],
    [`{ gpus: 'all', ${PARTS} }`, 'REG_CONFIG_INVALID', '"gpus" is "all"'],
    [`{ gpus: [], ${PARTS} }`, 'REG_CONFIG_INVALID', '"gpus" is []'],
    [`{ resumeFrom: 3, ${PARTS} }`, 'REG_CONFIG_INVALID', '"resumeFrom" is 3'],
    [`{ plugins: {}, ${PARTS} }`, 'REG_CONFIG_INVALID', '"plugins" is {}'],
    [`[1]`, 'REG_CONFIG_INVALID', 'the config is [1]'],
    [`'x'`, 'REG_CONFIG_INVALID', 'the config is "x"'],
  ])('says so: %s', async (text, code, part) => {
    const root = folder({ 'trainer.config.ts': `export default ${text}` })
    const error = await failure({ from: root })
    expect(error.code).toBe(code)
    expect(error.message).toContain(part)
    expect(error.message).toContain(join(root, 'trainer.config.ts'))
  })

  it.each(['1', '-1', '[0, 2]', "'0,2'", "'1'"])('takes gpus: %s', async (gpus) => {
    const root = folder({ 'trainer.config.ts': `export default { gpus: ${gpus}, ${PARTS} }` })
    await expect(loadConfig({ from: root })).resolves.toBeDefined()
  })

  it.each([
    ['trainer.config.js', `import { epochs } from './part.ts'`, 'export default'],
    ['trainer.config.mjs', `import { epochs } from './part.js'`, 'export default'],
    ['trainer.config.cjs', `const { epochs } = require('./part.ts')`, 'module.exports ='],
  ])('is JavaScript (%s) and imports TypeScript', async (name, head, exported) => {
    const lazy = `module: async () => (await import('./part.ts')).make(), data: { train: [] }`
    const root = folder({
      [name]: `${head}\n${exported} { maxEpochs: epochs, ${lazy} }`,
      'part.ts': `export const epochs: number = 4\nexport const make = (): object => ({ made: 1 })`,
    })
    const { config } = await loadConfig({ from: root })
    expect(config.maxEpochs).toBe(4)
    expect(await (config.module as () => unknown)()).toEqual({ made: 1 })
  })

  it('has no default export', async () => {
    const root = folder({ 'trainer.config.ts': 'export const config = {}' })
    const { code, message } = await failure({ from: root })
    expect(code).toBe('REG_CONFIG_INVALID')
    expect(message).toContain('export default')
  })
})

it('writes nothing, neither beside the config nor where temporary files go', async () => {
  const temporary = folder({})
  const root = folder({
    'trainer.config.ts': `import { a } from './part'\nexport default { maxEpochs: a, ${PARTS} }`,
    'part.ts': 'export const a: number = 1',
    'node_modules/thing/package.json': '{}',
  })
  vi.stubEnv('JITI_FS_CACHE', '')
  vi.stubEnv('TMPDIR', temporary)
  const before = listing(root)
  await Promise.all([loadConfig({ from: root }), loadConfig({ from: root })])
  expect(listing(root)).toEqual(before)
  expect(listing(temporary)).toEqual([])
  vi.unstubAllEnvs()
})
