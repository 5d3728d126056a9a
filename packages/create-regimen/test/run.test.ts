import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { create, createIn, emptyFolder } from './helpers/made.js'

const disk = vi.hoisted(() => ({
  writesLeft: Number.POSITIVE_INFINITY,
  renamesLeft: Number.POSITIVE_INFINITY,
  staysBroken: false,
}))
const failure = (code: string) =>
  Object.assign(new Error(`${code}: write`), { code, path: '/full' })

// No folder can be told to have no room left.
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs')>()
  const writeFileSync: typeof real.writeFileSync = (...given) => {
    if (disk.writesLeft-- <= 0) throw failure('ENOSPC')
    real.writeFileSync(...given)
  }
  const renameSync: typeof real.renameSync = (...given) => {
    const isOver = disk.staysBroken ? disk.renamesLeft <= 0 : disk.renamesLeft === 0
    disk.renamesLeft--
    if (isOver) throw failure('EACCES')
    real.renameSync(...given)
  }
  return { ...real, writeFileSync, renameSync, default: { ...real, writeFileSync, renameSync } }
})

let cwd: string
beforeEach(() => {
  cwd = emptyFolder(tmpdir())
})
afterEach(() => {
  disk.writesLeft = Number.POSITIVE_INFINITY
  disk.renamesLeft = Number.POSITIVE_INFINITY
  disk.staysBroken = false
})

const read = (path: string) => readFileSync(join(cwd, path), 'utf8')
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()

describe('npm create regimen', () => {
  it('makes a project and says what to type next', async () => {
    const { code, stdout, stderr } = await create(cwd, 'apps/digits', '--plugins', 'none')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('\n  cd apps/digits\n  npm install\n  npm start\n')
    expect(filesIn(join(cwd, 'apps/digits'))).toEqual([
      '.gitignore',
      'README.md',
      'package.json',
      'src',
      'src/data.ts',
      'src/model.ts',
      'test',
      'test/model.test.ts',
      'trainer.config.ts',
      'tsconfig.json',
    ])
    expect(JSON.parse(read('apps/digits/package.json'))).toMatchObject({
      name: 'digits',
      private: true,
    })
  })

  it('takes the versions of the workspace', async () => {
    await create(cwd, 'app', '--plugins', 'compile')
    const { dependencies } = JSON.parse(read('app/package.json'))
    const { version } = JSON.parse(
      readFileSync(new URL('../../core/package.json', import.meta.url), 'utf8'),
    )
    const ours = Object.keys(dependencies).filter((name) => name.startsWith('@regimen/'))
    expect(ours).toContain('@regimen/plugin-compile')
    expect(ours.map((name) => dependencies[name])).toEqual(ours.map(() => `^${version}`))
  })

  it('takes the model that fits the data, and the data that fit the model', async () => {
    await create(cwd, 'a', '--data', 'text')
    await create(cwd, 'b', '--model', 'lstm')
    expect([read('a/src/model.ts'), read('b/src/data.ts')]).toEqual([
      expect.stringContaining('layers.lstm('),
      expect.stringContaining('text.txt'),
    ])
  })

  it.each([
    ['pnpm/10.34.9 npm/? node/v20.20.2 linux x64', 'pnpm install\n  pnpm start', 'pnpm run check'],
    ['yarn/4.18.1 npm/? node/v20.20.2 linux x64', 'yarn install\n  yarn start', 'yarn run check'],
    ['bun/1.4.5 npm/? node/v24.3.0 linux x64', 'bun install\n  bun run start', 'bun run check'],
    ['deno/', 'deno install\n  deno task start', 'deno task check'],
  ])('%s: the next steps name what ran it', async (userAgent, steps, check) => {
    const project = await createIn({ cwd, userAgent }, 'app')
    expect(project.stdout).toContain(`\n  cd app\n  ${steps}\n`)
    const plugin = await createIn({ cwd, userAgent }, 'plugin', 'stop-below')
    expect(plugin.stdout).toContain(`\n  ${check}\n`)
  })

  it('writes what a package manager needs', async () => {
    await create(cwd, 'a', '--package-manager', 'pnpm')
    await create(cwd, 'b', '--package-manager', 'yarn')
    expect(read('a/pnpm-workspace.yaml')).toContain('esbuild')
    expect(read('b/.yarnrc.yml')).toBe('nodeLinker: node-modules\n')
    expect(read('a/README.md')).toContain('pnpm regimen fit --resume last')
  })

  it('makes the package of a plugin', async () => {
    const { code, stdout } = await create(cwd, 'plugin', 'stop-below')
    expect(code).toBe(0)
    expect(stdout).toContain(
      'cd regimen-plugin-stop-below\n  npm install\n  npm test\n  npm run check',
    )
    expect(filesIn(join(cwd, 'regimen-plugin-stop-below')).join('\n')).not.toMatch(/hello/)
    const files = filesIn(join(cwd, 'regimen-plugin-stop-below')).filter((path) =>
      path.includes('.'),
    )
    for (const path of files)
      expect(read(`regimen-plugin-stop-below/${path}`)).not.toMatch(/hello/i)
  })

  it.each([
    [['--help'], 0, 'npm create regimen plugin <name>'],
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  ])('%j exits with %d', async (words, expected, text) => {
    const { code, stdout } = await create(cwd, ...words)
    expect(code).toBe(expected)
    expect(stdout).toMatch(text)
  })

  it.each([
    [['My App'], 'Did you mean "my-app"?'],
    [['app', '--name', 'Nope'], '"Nope" cannot be the name of a package'],
    [['app', '--data', 'digit'], 'Did you mean "digits"?'],
    [['plugin'], 'the plugin has no name: npm create regimen plugin stop-below.'],
    [['plugin', 'checkpoint'], '@regimen/plugin-checkpoint has already'],
  ])('%j is refused, and nothing is written', async (words, text) => {
    const { code, stderr } = await create(cwd, ...words)
    expect(code).toBe(2)
    expect(stderr).toContain(text)
    expect(stderr).toContain('See npm create regimen -- --help.')
    expect(filesIn(cwd)).toEqual([])
  })
})

describe('a folder that is not empty', () => {
  beforeEach(() => {
    mkdirSync(join(cwd, 'app/src'), { recursive: true })
    writeFileSync(join(cwd, 'app/src/model.ts'), 'mine')
    writeFileSync(join(cwd, 'app/notes.txt'), 'notes')
  })

  it('is refused, with what is in it', async () => {
    const { code, stderr } = await create(cwd, 'app')
    expect(code).toBe(2)
    expect(stderr).toMatch(/is not empty: it has "notes.txt", "src"\..*--force replaces/)
    expect(filesIn(join(cwd, 'app'))).toEqual(['notes.txt', 'src', 'src/model.ts'])
  })

  it('is taken with --force: files of the same names are replaced, others stay', async () => {
    expect(await create(cwd, 'app', '--force')).toMatchObject({ code: 0 })
    expect(read('app/src/model.ts')).toContain('layers.conv2d')
    expect(read('app/notes.txt')).toBe('notes')
    expect(readdirSync(cwd)).toEqual(['app'])
  })

  it.each([0, 1, 3, 8])('is as it was where move %d fails', async (moves) => {
    disk.renamesLeft = moves
    const before = filesIn(cwd)
    const { code, stderr } = await create(cwd, 'app', '--force').finally(() => {
      disk.renamesLeft = Number.POSITIVE_INFINITY
    })
    expect(code).toBe(1)
    expect(stderr).toMatch(/Nothing was written\.\n$/)
    expect(filesIn(cwd)).toEqual(before)
    expect(read('app/src/model.ts')).toBe('mine')
  })

  it('keeps the old files, and says where, if they cannot be moved back', async () => {
    disk.renamesLeft = 8
    disk.staysBroken = true
    const { code, stderr } = await create(cwd, 'app', '--force')
    expect(code).toBe(1)
    const [, kept = ''] = /The files that were there are in (.*)\.\n$/.exec(stderr) ?? []
    expect(readFileSync(join(kept, 'src/model.ts'), 'utf8')).toBe('mine')
  })

  it('is as it was where a folder is in the way of a file', async () => {
    mkdirSync(join(cwd, 'app/trainer.config.ts'))
    const before = filesIn(cwd)
    const { code, stderr } = await create(cwd, 'app', '--force')
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('trainer.config.ts is in the way of a file.'),
    })
    expect(filesIn(cwd)).toEqual(before)
    expect(read('app/src/model.ts')).toBe('mine')
  })

  it('counts as empty with nothing but .git, also where it is the working folder', async () => {
    const folder = join(cwd, 'fresh')
    mkdirSync(join(folder, '.git'), { recursive: true })
    const { code, stdout } = await create(cwd, 'fresh')
    expect({ code, stdout }).toMatchObject({ code: 0 })
    expect(existsSync(join(folder, '.git'))).toBe(true)
    expect(existsSync(join(folder, 'trainer.config.ts'))).toBe(true)
  })
})

describe('a failure', () => {
  it('with a file in the way is said, and nothing is written', async () => {
    writeFileSync(join(cwd, 'file'), '')
    const { code, stderr } = await create(cwd, 'file/app')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('a part of the path is a file. Nothing was written.'),
    })
    expect(filesIn(cwd)).toEqual(['file'])
  })

  it.each([0, 1, 5, 7])('of write %d leaves nothing, not even folders above', async (writes) => {
    const folder = emptyFolder(tmpdir())
    disk.writesLeft = writes + 1 // versions.json of the templates is the first
    const { code, stderr } = await create(folder, 'deep/down/app')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('/full: the disk is full. Nothing was written.'),
    })
    expect(readdirSync(folder)).toEqual([])
  })

  it('of a process that was killed is tidied up by the next one', async () => {
    mkdirSync(join(cwd, '.app.unfinished/new/src'), { recursive: true })
    expect(await create(cwd, 'app')).toMatchObject({ code: 0 })
    expect(readdirSync(cwd)).toEqual(['app'])
  })
})
