import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

describe('exit code 2', () => {
  it.each([
    [['fit', '--resume', 'last'], '@regimen/plugin-checkpoint'],
    [['test', '--checkpoint', 'best'], '@regimen/plugin-checkpoint'],
    [['fit', '--fast-dev-run'], 'npm install @regimen/plugin-fast-dev-run'],
    [['fit', '--gpus', '1'], '"gpus" needs the accelerator "gpu"'],
    [['fit', '--set', 'accelerator=null', '--gpus', '1'], 'npm install @regimen/backend-node'],
    [['fit', '--accelerator', 'gpu'], 'npm install @regimen/backend-node'],
    [['fit', '--set', 'maxEpoch=3'], 'Did you mean "maxEpochs"?'],
    [['fit', '--config', 'absent.ts'], 'There is no config file'],
    [['fit', '--frobnicate'], 'no flag --frobnicate.\nSee regimen fit --help.'],
    [['predict', '--out'], 'needs a value: --out <path>.\nSee regimen predict --help.'],
    [['fit', '--config', '.'], 'is a folder, no config file'],
    [[], 'Give a command.'],
  ])('%j', async (args, text) => {
    const { code, stdout, stderr } = await regimen(plain(), ...args)
    expect(stderr).toContain(text)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('where a flag and a plugin of the config both bring an engine', async () => {
    const engine = `{ api: 1, id: 'backend-own', name: 'backend-own', apply() {} }`
    const root = plain(`accelerator: undefined, plugins: [[${engine}]]`)
    const { code, stderr } = await regimen(root, 'fit', '--accelerator', 'cpu')
    expect(code).toBe(2)
    expect(stderr).toContain('have the engine "backend-own" already')
  })
})

describe('exit code 1', () => {
  it.each([
    ['ts', 'const a = 1\nexport default {', 'REG_CONFIG_UNREADABLE', 'line 2'],
    ['json', '{\n  "maxEpochs": 3\n  "x": 1\n}', 'REG_CONFIG_UNREADABLE', 'line 3'],
    ['yaml', 'a: [1,\nb: }', 'REG_CONFIG_UNREADABLE', 'line 2'],
    ['ts', 'export default { maxEpoch: 3 }', 'REG_OPTION_UNKNOWN', '"maxEpochs"'],
    ['ts', config(`plugins: ['absent']`), 'REG_PLUGIN_NOT_FOUND', '@regimen/plugin-absent'],
    ['ts', config(`gpus: 1`), 'REG_CONFIG_INVALID', '"gpus"'],
    ['ts', config(`accelerator: 'gpu'`), 'REG_ENGINE_FAILED', 'backend-node'],
    ['ts', config(`resumeFrom: 'last'`), 'REG_SERVICE_MISSING', 'checkpoint'],
    [
      'ts',
      config(`module: () => { throw new Error('no model') }`),
      'REG_MODULE_FAILED',
      'no model',
    ],
  ])('prints file, code and reason once and no stack: %s %j', async (ending, text, code, part) => {
    const ended = await regimen(project({ [`trainer.config.${ending}`]: text }), 'fit')
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toContain(code)
    expect(ended.stderr).toContain(part)
    expect(ended.stderr).not.toMatch(/^ +at /m)
    expect(ended.stderr.split(code)).toHaveLength(2)
  })

  it('comes with the stack where --debug asks for it', async () => {
    const root = project({ 'trainer.config.ts': 'export default { a: undefined.b }' })
    const { code, stderr } = await regimen(root, 'fit', '--debug')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ +at /m)
    expect(stderr).toContain('caused by TypeError')
  })
})
