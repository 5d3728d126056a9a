import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, INSTALLED, project, regimen, start } from './helpers/project.js'

beforeAll(() =>
  ensureBuilt(
    'plugin-checkpoint',
    'plugin-progress',
    'logger-kit',
    'logger-csv',
    'logger-tensorboard',
    'profiler',
  ),
)

const FILES = 'runs/checkpoints/version_0'

/**
 * The line is learned in the first two epochs; the third takes the weight far away, so that the best is
 * not the last.
 */
const SPOILED = `data: () => ({ ...data(), train: (epoch) => epoch < 2 ? batches(3) :
  [{ x: tf.tensor2d([[9]]), y: tf.tensor2d([[-900]]) }] })`

/** A project that trains the line and saves with the real plugin. */
function saving(keys = '') {
  const head = `import { checkpoint } from '@regimen/plugin-checkpoint'
    import * as tf from '@tensorflow/tfjs-core'`
  const plugins = `plugins: [checkpoint({ monitor: 'val_loss', mode: 'min', topK: -1 }), witness]`
  const text = config(`${plugins}, ${keys}`, head)
  return project({ 'trainer.config.ts': text }, [...INSTALLED, '@regimen/plugin-checkpoint'])
}

const epochsIn = (root: string) =>
  readFileSync(join(root, 'seen.log'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('epochEnd'))

const lossIn = (stdout: string) => Number(/_loss=(\S+)/.exec(stdout)?.[1])

describe('regimen fit --resume', () => {
  it('last goes on after the last epoch and ends as a run that was not cut in two', async () => {
    const [cut, whole] = [saving(), saving()]
    expect((await regimen(cut, 'fit', '--max-epochs', '2')).code).toBe(0)
    const resumed = await regimen(cut, 'fit', '--resume', 'last', '--max-epochs', '4')
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringContaining('maxEpochs') })
    expect(resumed.stderr).toMatch(/To train on: regimen fit --resume last --max-epochs <more>\n$/)
    const words = ['fit', '--resume', 'last', '--max-epochs', '4']
    const npm = { npm_config_user_agent: 'npm/10.8.2 node/v20.20.2 linux x64' }
    const byNpm = await start(cut, words, npm).ended
    expect(byNpm.stderr).toMatch(/To train on: npx regimen fit --resume last/)
    const asDeno = "Object.defineProperty(process.versions, 'deno', { value: '2.9.6' })"
    const deno = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(asDeno)}` }
    const byDeno = await start(cut, words, deno).ended
    expect(byDeno.stderr).toContain(
      'To train on: deno run -A npm:@regimen/cli/regimen fit --resume last',
    )
    expect(epochsIn(cut)).toEqual([1, 2, 3, 4].map((epoch) => `epochEnd ${epoch} completed`))
    expect((await regimen(whole, 'fit', '--max-epochs', '4')).code).toBe(0)
    const tested = ['test', '--checkpoint', 'last'] as const
    const [a, b] = [await regimen(cut, ...tested), await regimen(whole, ...tested)]
    expect(a).toMatchObject({ code: 0, stdout: b.stdout })
    expect(readdirSync(join(cut, FILES))).toEqual(readdirSync(join(whole, FILES)))
  })

  it('is not offered where the run was interrupted before its first step', async () => {
    const root = saving("data: () => (process.kill(process.pid, 'SIGINT'), data())")
    const { code, stderr } = await regimen(root, 'fit')
    expect({ code }, stderr).toEqual({ code: 130 })
    expect(stderr).toMatch(/Interrupted before the first step: there is nothing to resume\.\n$/)
  })

  it('last with as many epochs as there were trains nothing and says so; with fewer it fails', async () => {
    const root = saving()
    await regimen(root, 'fit')
    const equal = await regimen(root, 'fit', '--resume', 'last')
    const said = 'after 2 epochs and 6 steps, and maxEpochs is 2: nothing is trained.'
    expect(equal).toMatchObject({ code: 0, stderr: expect.stringContaining(said) })
    expect(epochsIn(root)).toHaveLength(2)
    const fewer = await regimen(root, 'fit', '--resume', 'last', '--max-epochs', '1')
    expect(fewer).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('after 2 epochs, but maxEpochs is 1'),
    })
  })

  it('goes on by the command that a run ends with, typed as it is, wherever its files are', async () => {
    const root = saving()
    const set = ['--set', "rootDir=it's here", '--set', 'maxSteps=4', '--accelerator', 'cpu']
    const first = await regimen(root, 'fit', '--max-epochs', '9', ...set)
    const said = /^To train on: regimen (fit .+)$/m.exec(first.stderr)?.[1] ?? ''
    expect(said).toBe(
      `fit --accelerator cpu --max-epochs 9 --set 'rootDir=it'\\''s here' --resume last --set maxSteps=<more>`,
    )
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${said.replace('<more>', '8')}`])
    const again = await regimen(root, ...words.toString().trimEnd().split('\n'))
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('maxSteps') })
    expect(epochsIn(root).at(-1)).toMatch(/^epochEnd 3 /)
    expect(existsSync(join(root, 'runs'))).toBe(false)
  })

  it('best and a path go on from there, in a folder of their own', async () => {
    const root = saving(SPOILED)
    await regimen(root, 'fit', '--max-epochs', '3')
    const best = await regimen(root, 'fit', '--resume', 'best', '--max-epochs', '3')
    expect(best.code).toBe(0)
    expect(epochsIn(root).slice(3)).toEqual(['epochEnd 3 completed'])
    expect(readdirSync(join(root, 'runs/checkpoints')).sort()).toEqual(['version_0', 'version_1'])
    const path = `${FILES}/epoch=0-step=3.safetensors`
    const named = await regimen(root, 'fit', '--resume', path, '--max-epochs', '2')
    expect(named.code).toBe(0)
    expect(epochsIn(root).slice(4)).toEqual(['epochEnd 2 completed'])
  })

  it('of a file that is not there says where it looked', async () => {
    const root = saving()
    const none = await regimen(root, 'fit', '--resume', 'last')
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no checkpoint'),
    })
    const typo = await regimen(root, 'fit', '--resume', 'runs/x.safetensors')
    expect(typo).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no checkpoint "runs/x.safetensors"'),
    })
    expect(existsSync(join(root, 'runs'))).toBe(false)
  })

  it('of what is not there leaves nothing on disk, with every plugin that writes', async () => {
    const writers = {
      '@regimen/plugin-progress': 'progress',
      '@regimen/logger-csv': 'csvLogger',
      '@regimen/logger-tensorboard': 'tensorboardLogger',
      '@regimen/plugin-checkpoint': 'checkpoint',
    }
    const imports = Object.entries(writers).map(
      ([from, name]) => `import { ${name} } from '${from}'`,
    )
    const head = [...imports, `import { profiler } from '@regimen/profiler'`].join('\n')
    const made = Object.values(writers).map((name) => `${name}()`)
    const plugins = `plugins: [profiler({ mode: 'trace' }), ${made.join(', ')}]`
    const files = { 'trainer.config.ts': config(plugins, head), 'seen.log': '' }
    const root = project(files, [...INSTALLED, ...Object.keys(writers), '@regimen/profiler'])
    // Not what is installed: those are links to packages in which other tests are at work.
    const listing = () =>
      readdirSync(root).flatMap((name) =>
        name === 'node_modules' || !statSync(join(root, name)).isDirectory()
          ? [name]
          : [name, ...readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })],
      )
    const before = listing()
    for (const reference of ['nope', 'last', './nope.safetensors', 'runs/nope']) {
      const { code, stderr } = await regimen(root, 'fit', '--resume', reference)
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('REG_CHECKPOINT_MISSING'),
      })
      expect(listing(), reference).toEqual(before)
    }
    expect((await regimen(root, 'fit')).code).toBe(0)
    expect(listing().length).toBeGreaterThan(before.length + 4)
  })
})

describe('--checkpoint best|last|path', () => {
  it('gives validate, test and predict the weights of that checkpoint', async () => {
    const root = saving(SPOILED)
    await regimen(root, 'fit', '--max-epochs', '3')
    const path = `${FILES}/epoch=1-step=6.safetensors`
    for (const command of ['validate', 'test', 'predict']) {
      const by = (name: string) => regimen(root, command, '--checkpoint', name)
      const [best, last, named] = [await by('best'), await by('last'), await by(path)]
      expect(best).toMatchObject({ code: 0, stdout: named.stdout })
      expect(last.code).toBe(0)
      expect(last.stdout).not.toBe(best.stdout)
      if (command === 'predict') continue
      expect(lossIn(best.stdout)).toBeLessThan(3)
      expect(lossIn(last.stdout)).toBeGreaterThan(100)
    }
  })

  it.each(['validate', 'test', 'predict'])(
    'left out of %s is said to be, on stderr',
    async (command) => {
      const root = saving()
      const said = 'For those of a fit give --checkpoint best or --checkpoint last.'
      const { stdout, stderr } = await regimen(root, command)
      expect(stderr).toContain(said)
      expect(stdout).not.toContain('checkpoint')
      await regimen(root, 'fit', '--max-epochs', '1')
      expect((await regimen(root, command, '--checkpoint', 'last')).stderr).not.toContain(said)
    },
  )

  it('with predict --out writes a line of JSON for each batch', async () => {
    const root = saving(SPOILED)
    await regimen(root, 'fit', '--max-epochs', '3')
    const flags = ['--checkpoint', 'best', '--out', 'file.jsonl']
    const { code, stdout } = await regimen(root, 'predict', ...flags)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    const lines = readFileSync(join(root, 'file.jsonl'), 'utf8').trimEnd().split('\n')
    const [first, second] = lines.map((line) => JSON.parse(line) as number[][])
    expect(lines).toHaveLength(2)
    expect(first?.[0]).toEqual([0])
    expect(first?.[1]).toEqual(second?.[0])
    expect(second?.[0]?.[0]).toBeGreaterThan(1)
  })

  it('with fit --test tests that checkpoint of the run, not its last weights', async () => {
    const [root, other] = [saving(SPOILED), saving(SPOILED)]
    const flags = ['fit', '--max-epochs', '3', '--test']
    const [best, plain] = [
      await regimen(root, ...flags, '--checkpoint', 'best'),
      await regimen(other, ...flags),
    ]
    expect(best).toMatchObject({ code: 0, stderr: expect.stringContaining('checkpoint "best"') })
    expect(plain.code).toBe(0)
    expect(best.stdout).toBe((await regimen(root, 'test', '--checkpoint', 'best')).stdout)
    expect(lossIn(best.stdout)).toBeLessThan(3)
    expect(lossIn(plain.stdout)).toBeGreaterThan(100)
  })

  it('of a damaged or foreign file is refused by name', async () => {
    const root = saving()
    await regimen(root, 'fit')
    const path = `${FILES}/best.safetensors`
    const bytes = readFileSync(join(root, path))
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    writeFileSync(join(root, path), bytes)
    const damaged = await regimen(root, 'test', '--checkpoint', path)
    expect(damaged).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(path) })
    const text = await regimen(root, 'test', '--checkpoint', 'line.ts')
    expect(text).toMatchObject({ code: 1, stderr: expect.stringContaining('"line.ts" is damaged') })
    const older = await regimen(root, 'test', '--checkpoint', 'best')
    expect(older).toMatchObject({ code: 0, stderr: expect.stringContaining('is used instead') })
  })
})
