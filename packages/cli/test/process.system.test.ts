import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, project, regimen, start } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

it('prints help for everything and for one command, and its version', async () => {
  const root = project({}, [])
  const [all, one, version] = await Promise.all([
    regimen(root, '--help'),
    regimen(root, 'fit', '--help'),
    regimen(root, '--version'),
  ])
  expect(all).toMatchObject({ code: 0, stdout: expect.stringContaining('Examples:') })
  expect(one.stdout).toMatch(/--resume .*\n/)
  expect(one.stdout).not.toContain('--out')
  expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

it('loads tfjs for neither help nor version', async () => {
  const code = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`
  const hooks = code(`export async function resolve(name, context, next) {
    if (/tensorflow|@regimen/.test(name)) throw new Error('loaded ' + name)
    return next(name, context)
  }`)
  const watch = code(`import { register } from 'node:module'; register(${JSON.stringify(hooks)})`)
  const env = { NODE_OPTIONS: `--import=${watch}` }
  const root = project({}, [])
  for (const args of [['--help'], ['fit', '--help'], ['--version']]) {
    expect(await start(root, args, env).ended).toMatchObject({ code: 0, stderr: '' })
  }
  const typo = await start(root, ['fitt'], env).ended
  expect(typo.stderr).toContain('loaded @regimen/core')
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
  const env = { TMPDIR: join(temporary, 'tmp'), JITI_FS_CACHE: '' }
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
