import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, pack, project, regimen, start } from './helpers/project.js'

beforeAll(ensureBuilt)

const seen = (root: string) => readFileSync(join(root, 'seen.log'), 'utf8').trim().split('\n')
const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

describe('regimen fit', () => {
  it('trains as the config says and ends by itself with 0', async () => {
    const root = plain()
    const { code, stdout, stderr } = await regimen(root, 'fit')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toContain('Stopped: reached maxEpochs.')
    expect(seen(root).filter((line) => line.startsWith('epochEnd'))).toHaveLength(2)
    expect(seen(root).slice(0, 2)).toEqual(['module cpu', 'data cpu'])
  })

  it('--test tests what was trained, on the module and data of the fit, accuracy last', async () => {
    const root = plain()
    const { code, stdout } = await regimen(root, 'fit', '--test')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^test_loss=\d+\.\d{4}\ntest_accuracy=0\.9871\n$/)
    expect(seen(root).filter((line) => /^(module|data)/.test(line))).toHaveLength(2)
    expect(seen(root).filter((line) => /^teardown/.test(line))).toHaveLength(2)
  })

  it('--test is refused before training where there is nothing to test', async () => {
    const root = plain('data: () => ({ train: batches(1) })')
    const { code, stderr } = await regimen(root, 'fit', '--test')
    expect(code).toBe(1)
    expect(stderr).toContain('--test needs data.test')
    expect(seen(root)).not.toContain('fitStart')
  })

  it('--max-epochs and --set win over the config', async () => {
    const root = plain()
    const flags = ['--max-epochs', '3', '--set', 'maxEpochs=9', '--set', 'limitBatches.train=1']
    expect((await regimen(root, 'fit', ...flags)).code).toBe(0)
    expect(seen(root)).toContain('epochEnd 3 completed')
    expect(seen(root)).not.toContain('epochEnd 4 completed')
  })

  it('--fast-dev-run adds the plugin with that many batches', async () => {
    const source = `export const fastDevRun = (options) => ({ api: 1, id: 'fast-dev-run', name: 'fast-dev-run',
      apply({ report }) { this; console.log(JSON.stringify(options)) } })`
    const files = pack('@regimen/plugin-fast-dev-run', source)
    const root = project({ 'trainer.config.ts': config(), ...files })
    expect((await regimen(root, 'fit', '--fast-dev-run=3')).stdout).toBe('{"batches":3}\n')
    expect((await regimen(root, 'fit', '--fast-dev-run')).stdout).toBe('{}\n')
    expect((await regimen(root, 'fit', '--fast-dev-run=x')).code).toBe(2)
  })

  it('--resume asks the plugin that finds checkpoints', async () => {
    const head = `import { definePlugin } from '@regimen/core'
      const finder = definePlugin({ name: 'finder', apply: ({ provide }) =>
        provide('checkpoints', { load: async (name) => { throw new Error('no ' + name) } }) })`
    const { code, stderr } = await regimen(
      plain('plugins: [finder]', head),
      'fit',
      '--resume',
      'last',
    )
    expect(code).toBe(1)
    expect(stderr).toContain('no last')
  })

  it('shows reports, unless a plugin does', async () => {
    const speaker = `{ api: 1, id: 's', name: 's', apply({ hooks, report, provide }) {
      hooks.fitStart.tap('s', () => { report.info('hello'); report.warn('careful') })`
    const alone = plain(`plugins: [${speaker} } }]`)
    expect((await regimen(alone, 'fit')).stderr).toContain('info s: hello\nwarning s: careful\n')
    const shown = `provide('reporter', { report: (r) => console.log('[' + r.message + ']') }) } }`
    const { stdout, stderr } = await regimen(plain(`plugins: [${speaker}; ${shown}]`), 'fit')
    expect(stdout).toContain('[hello]\n[careful]\n')
    expect(stderr).not.toMatch(/hello|Stopped/)
  })
})

describe('regimen validate, test and predict', () => {
  it('print one line per metric', async () => {
    const root = plain()
    const [validated, tested] = await Promise.all([
      regimen(root, 'validate'),
      regimen(root, 'test'),
    ])
    expect(validated).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^val_loss=.*\nval_accuracy=0\.9871\n$/),
    })
    expect(tested).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^test_loss=.*\ntest_accuracy=0\.9871\n$/),
    })
  })

  it('take data that are values, also several by name', async () => {
    const root = plain('data: { train: [], test: { a: batches(1), b: batches(1) } }')
    const { code, stdout } = await regimen(root, 'test', '--set', 'accelerator=cpu')
    expect(code).toBe(0)
    expect(stdout).toContain('test_loss/a=')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('test_accuracy/b=0.9871')
  })

  it('say which data are missing', async () => {
    const root = plain('data: () => ({ train: batches(1) })')
    const { code, stderr } = await regimen(root, 'validate')
    expect(code).toBe(1)
    expect(stderr).toContain('needs data.validation')
  })

  it('write predictions as lines of JSON, to stdout or a file', async () => {
    const root = plain()
    const lines = '[[0],[0]]\n[[0],[0]]\n'
    expect(await regimen(root, 'predict')).toMatchObject({ code: 0, stdout: lines })
    expect(await regimen(root, 'predict', '--out', 'out.jsonl')).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect(readFileSync(join(root, 'out.jsonl'), 'utf8')).toBe(lines)
    expect(existsSync(join(root, 'out.jsonl.part'))).toBe(false)
  })

  it('keep an older file of predictions where the new one fails', async () => {
    const root = plain('data: () => ({ train: [], predict: () => { throw new Error("no data") } })')
    writeFileSync(join(root, 'out.jsonl'), 'old')
    expect((await regimen(root, 'predict', '--out', 'out.jsonl')).code).toBe(1)
    expect(readFileSync(join(root, 'out.jsonl'), 'utf8')).toBe('old')
  })

  it('stop quietly where the reader goes away', async () => {
    const root = plain(
      'data: () => ({ train: [], predict: function* () { for (;;) yield* batches(1) } })',
    )
    const { child, ended } = start(root, ['predict'])
    child.stdout.once('data', () => child.stdout.destroy())
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/EPIPE|error/)
  })
})

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
    [['fit', '--frobnicate'], 'no flag --frobnicate'],
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

it('prints help for everything and for one command, and its version', async () => {
  const root = project({}, [])
  const [all, one, version] = await Promise.all([
    regimen(root, '--help'),
    regimen(root, 'fit', '--help'),
    regimen(root, '--version'),
  ])
  expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
  expect(one.stdout).toMatch(/--resume .*\n/)
  expect(one.stdout).not.toContain('--checkpoint')
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

it('colours errors only where asked to', async () => {
  const root = project({})
  expect((await regimen(root, 'fit')).stderr).not.toContain('\u001b')
  expect((await start(root, ['fit'], { FORCE_COLOR: '1' }).ended).stderr).toContain('\u001b')
  const both = { FORCE_COLOR: '1', NO_COLOR: '1' }
  expect((await start(root, ['fit'], both).ended).stderr).not.toContain('\u001b')
})

it('shares core and tfjs with the config that it reads', async () => {
  const head = `import * as tf from '@tensorflow/tfjs-core'
    import { RegimenError } from '@regimen/core'
    const same = { api: 1, id: 'same', name: 'same', apply: ({ tf: own, hooks }) => {
      hooks.fitStart.tap('same', () => console.log(own.tensor === tf.tensor))
      hooks.fitEnd.tap('same', () => { throw new RegimenError('REG_BUSY', 'from the config') })
    } }`
  const { stdout, stderr } = await regimen(plain('plugins: [same]', head), 'fit')
  expect(stdout).toBe('true\n')
  expect(stderr).toContain('REG_BUSY: from the config')
  expect(stderr).not.toContain('has already been')
})

it('reads a config in a folder where it may not write, in two processes at once', async () => {
  const temporary = project({}, [])
  mkdirSync(join(temporary, 'tmp'))
  const root = plain()
  const listing = () => [...readdirSync(root), ...readdirSync(join(root, 'node_modules'))]
  const before = listing()
  chmodSync(root, 0o555)
  const env = { TMPDIR: join(temporary, 'tmp') }
  const both = await Promise.all([
    start(root, ['explain'], env).ended,
    start(root, ['explain'], env).ended,
  ])
  chmodSync(root, 0o755)
  expect(both).toMatchObject([{ code: 0 }, { code: 0 }])
  expect(listing()).toEqual(before)
  expect(readdirSync(join(temporary, 'tmp'))).toEqual([])
})

it('runs the config of the README', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const [, text = ''] = /```ts\n(.*?)```/s.exec(readme) ?? []
  const { code, stderr } = await regimen(project({ 'trainer.config.ts': text }), 'fit')
  expect(stderr).toContain('Stopped: reached maxEpochs.')
  expect(code).toBe(0)
})
