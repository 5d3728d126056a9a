import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, pack, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const seen = (root: string) => readFileSync(join(root, 'seen.log'), 'utf8').trim().split('\n')
const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

describe('regimen fit', () => {
  it('trains as the config says and ends by itself with 0', async () => {
    const root = plain()
    const { code, stdout, stderr } = await regimen(root, 'fit')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toBe('Stopped: reached maxEpochs.\n')
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

  it('--test --checkpoint tests a checkpoint, which a trial run has not', async () => {
    const finder = `import { definePlugin } from '@regimen/core'
      const finder = definePlugin({ name: 'finder', apply: ({ provide }) =>
        provide('checkpoints', { load: async (name) => { throw new Error('no ' + name) } }) })`
    const root = plain('plugins: [finder]', finder)
    const found = await regimen(root, 'fit', '--test', '--checkpoint', 'best')
    expect(found).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no best') })
    expect(found.stderr).toContain('Testing the checkpoint "best".')
    const lone = await regimen(root, 'fit', '--checkpoint', 'best')
    expect(lone).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --test') })
    const none = await regimen(plain(), 'fit', '--test', '--checkpoint', 'best')
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('plugin-checkpoint') })
  })

  it('--test is refused before training where there is nothing to test', async () => {
    const root = plain('data: () => ({ train: batches(1) })')
    const { code, stderr } = await regimen(root, 'fit', '--test')
    expect(code).toBe(1)
    expect(stderr).toContain('--test needs data.test')
    expect(seen(root)).not.toContain('fitStart')
  })

  it('writes beside the config, from whichever folder it is called', async () => {
    const writer = `{ api: 1, id: 'w', name: 'w', apply(context) {
      context.hooks.fitStart.tap('w', () => console.log(context.rootDir)) } }`
    const root = plain(`plugins: [${writer}]`)
    mkdirSync(join(root, 'src/deep'), { recursive: true })
    expect((await regimen(root, 'fit')).stdout).toBe('runs\n')
    expect((await regimen(join(root, 'src/deep'), 'fit')).stdout).toBe('../../runs\n')
    const set = await regimen(join(root, 'src'), 'fit', '--set', 'rootDir=out')
    expect(set.stdout).toBe('../out\n')
    const whole = await regimen(root, 'fit', '--set', `rootDir=${join(root, 'x')}`)
    expect(whole.stdout).toBe(`${join(root, 'x')}\n`)
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
