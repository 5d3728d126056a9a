import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { isRegimenError, Trainer } from '@regimen/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { type CheckpointOptions, checkpoint } from '../src/index.js'
import { fileStore } from '../src/node/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'
import { shortRun } from './helpers/runs.js'

let rootDir = ''
let folder = ''
const at = (name: string) => join(folder, `${name}.safetensors`)

beforeEach(async () => {
  rootDir = temporaryFolder()
  folder = join(rootDir, 'checkpoints/version_0')
  const monitored = { monitor: 'score', mode: 'max', topK: -1 } as const
  const trainer = { rootDir, maxEpochs: 3 }
  await shortRun({ trainer, scores: [1, 3, 2], checkpoint: monitored })
})

/** Resumes. @returns the step it began at, the code of its error, and all that was said */
async function resume(resumeFrom: string, options: CheckpointOptions = {}) {
  const said: string[] = []
  const plugins = [checkpoint({ monitor: 'loss', mode: 'min', topK: -1, ...options })]
  const trainer = new Trainer({ rootDir, maxEpochs: 4, plugins })
  trainer.on('report').subscribe(({ message }) => said.push(message))
  const module = net()
  let step = -1
  let code = ''
  trainer.hooks.loadState.tap('test', ({ snapshot }) => {
    step = snapshot.meta.position.step
  })
  try {
    await trainer.fit(module, { train: curve(12) }, { resumeFrom })
  } catch (thrown) {
    code = isRegimenError(thrown) ? thrown.code : String(thrown)
    said.push(String(thrown))
  }
  module.dispose()
  await trainer.dispose()
  return { step, code, said: said.join('\n') }
}

type Ruin = (path: string) => void
/** Puts something else in the place of a file. */
const instead =
  (make: (path: string) => unknown): Ruin =>
  (path) => {
    rmSync(path, { force: true })
    make(path)
  }

const ruins: readonly (readonly [what: string, ruin: Ruin, said: RegExp])[] = [
  ['is empty', (path) => truncateSync(path, 0), /is damaged: it is empty/],
  ['ends in its length', (path) => truncateSync(path, 5), /is damaged: it has 5 bytes/],
  [
    'ends in its header',
    (path) => truncateSync(path, 200),
    /is damaged: it ends within its header/,
  ],
  [
    'ends in its tensors',
    (path) => truncateSync(path, readFileSync(path).length - 9),
    /instead of/,
  ],
  ['is a folder', instead(mkdirSync), /is a folder, not a checkpoint/],
  [
    'is a link to itself',
    instead((path) => symlinkSync(basename(path), path)),
    /is a link that leads in a circle, not a checkpoint/,
  ],
  ['is a link to nothing', instead((path) => symlinkSync('x', path)), /is a link to nothing/],
  [
    'is a link to a folder',
    instead((path) => symlinkSync('.', path)),
    /is a link to a folder, not a checkpoint/,
  ],
  [
    'is a link that leads out',
    (path) => {
      const outside = join(rootDir, 'elsewhere.safetensors')
      copyFileSync(path, outside)
      instead(() => symlinkSync(outside, path))(path)
    },
    /is a link that leads out of .*checkpoints, not a checkpoint/,
  ],
  ['is a pipe', instead((path) => execFileSync('mkfifo', [path])), /is a pipe, not a checkpoint/],
]

describe('a "last" that', () => {
  it.each(ruins)('%s is named, and the next one is used', async (_, ruin, said) => {
    ruin(at('last'))
    const found = await resume('last')
    expect(found.said).toMatch(said)
    expect(found.said).toMatch(/"version_0\/epoch=2-step=9.safetensors" is used instead/)
    expect(found.step).toBe(9)
  })

  it.each(ruins)('%s is an error where no other may be used', async (_, ruin, said) => {
    ruin(at('last'))
    const found = await resume('last', { fallback: false })
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_DAMAGED', step: -1 })
    expect(found.said).toMatch(said)
  })
})

describe('a "best" that', () => {
  it.each(ruins)('%s is an error where no other may be used', async (_, ruin, said) => {
    ruin(at('best'))
    const found = await resume('best', { fallback: false })
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_DAMAGED', step: -1 })
    expect(found.said).toMatch(said)
  })

  it('is damaged gives way to the best of the others', async () => {
    truncateSync(at('best'), 0)
    const { step, said } = await resume('best', { mode: 'max' })
    expect(step).toBe(6)
    expect(said).toMatch(/"version_0\/epoch=1-step=6.safetensors" is used instead/)
  })
})

describe('with fallback: false', () => {
  it.each([
    ['last', 9],
    ['best', 6],
  ])('an older file that cannot be read does not matter to "%s"', async (label, step) => {
    truncateSync(at('epoch=0-step=3'), 0)
    expect((await resume(label, { fallback: false })).step).toBe(step)
  })

  it('one of unknown age may be newer', async () => {
    writeFileSync(at('epoch=7-step=24'), '')
    const found = await resume('last', { fallback: false })
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_DAMAGED', step: -1 })
    expect(found.said).toMatch(/"version_0\/epoch=7-step=24.safetensors" is damaged: it is empty/)
  })
})

describe('a file that the system does not give', () => {
  const store = () => {
    const files = fileStore(join(rootDir, 'checkpoints'))
    const original = files.read.bind(files)
    const read: typeof files.read = async (name, range) => {
      if (!name.endsWith('last.safetensors')) return original(name, range)
      throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })
    }
    return Object.assign(files, { read })
  }

  it('is named with what the system says, and the next one is used', async () => {
    const { step, said } = await resume('last', { store: store() })
    expect(step).toBe(9)
    expect(said).toMatch(/"version_0\/last.safetensors" could not be read: EACCES/)
    expect(said).toMatch(/"version_0\/epoch=2-step=9.safetensors" is used instead/)
  })

  it('is an error where no other may be used', async () => {
    const found = await resume('last', { store: store(), fallback: false })
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_MISSING', step: -1 })
    expect(found.said).toMatch(/EACCES/)
  })
})

describe('a path', () => {
  it('to a pipe is refused, and nobody waits for it', async () => {
    const path = join(rootDir, 'pipe.safetensors')
    execFileSync('mkfifo', [path])
    const found = await resume(path)
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_MISSING' })
    expect(found.said).toMatch(/is a pipe, not a file/)
  })

  it.skipIf(process.platform === 'win32')('to an endless device is refused', async () => {
    const found = await resume('/dev/zero')
    expect(found).toMatchObject({ code: 'REG_CHECKPOINT_MISSING' })
    expect(found.said).toMatch(/is a device, not a file/)
  })
})

describe('an index.json', () => {
  const index = () => join(folder, 'index.json')
  type Entry = Record<string, unknown>
  const rewrite = (change: (files: Entry[]) => void) => {
    const catalog = JSON.parse(readFileSync(index(), 'utf8')) as { files: Entry[] }
    change(catalog.files)
    writeFileSync(index(), JSON.stringify(catalog))
  }
  const entryOf = (files: Entry[], file: string) => files.find((one) => one.file === file) as Entry

  it.each<[string, unknown]>([
    ['a way up', '../../precious.safetensors'],
    ['an absolute path', '/precious.safetensors'],
    ['a way up in backslashes', '..\\..\\precious.safetensors'],
    ['no name', 7],
  ])('that lists %s is left aside; nothing outside is touched', async (_, file) => {
    const precious = join(rootDir, 'precious.safetensors')
    copyFileSync(at('last'), precious)
    rewrite((files) => files.push({ ...(files[0] as Entry), file, sequence: 99 }))
    const { step } = await resume('last')
    expect(step).toBe(9)
    expect(existsSync(precious)).toBe(true)
    expect(readFileSync(index(), 'utf8')).not.toContain('precious')
  })

  it('that makes an old file the newest is found out', async () => {
    rewrite((files) =>
      Object.assign(entryOf(files, 'epoch=0-step=3.safetensors'), { sequence: 50 }),
    )
    expect((await resume('last')).step).toBe(9)
  })

  it('that makes a bad file the best is found out', async () => {
    rmSync(at('best'))
    rewrite((files) => Object.assign(entryOf(files, 'epoch=0-step=3.safetensors'), { score: 50 }))
    expect((await resume('best', { mode: 'max' })).step).toBe(6)
  })

  it.each<[string, Ruin]>([
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link out', (path) => symlinkSync('/etc/passwd', path)],
  ])('that is %s is left aside', async (_, ruin) => {
    rmSync(index())
    ruin(index())
    const { step, said } = await resume('last')
    expect(step).toBe(9)
    expect(said).not.toMatch(/root:/)
  })
})

it('a run folder that is a link out of the store is not gone on in', async () => {
  const outside = join(rootDir, 'outside')
  execFileSync('cp', ['-r', folder, outside])
  const other = join(rootDir, 'checkpoints/version_3')
  symlinkSync(outside, other)
  const before = readFileSync(join(outside, 'last.safetensors'))
  const { step } = await resume('last')
  expect(step).toBe(9)
  expect(readFileSync(join(outside, 'last.safetensors')).equals(before)).toBe(true)
})
