import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin } from '@regimen/core'
import { afterEach, describe, expect, it } from 'vitest'
import { loadCheckpoint, memoryStore } from '../src/index.js'
import { fileStore, type WriteStep } from '../src/node/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { shortRun } from './helpers/runs.js'

const STEPS: WriteStep[] = [
  'after-open',
  'mid-data',
  'before-fsync',
  'after-fsync',
  'before-rename',
]
const [MOUNT, UNMOUNT] = ['mount', 'umount'] as const
const system = (code: string) => Object.assign(new Error(`${code}: as if`), { code })

describe('a store that fails', () => {
  it('writes to a temporary file, then fsync, rename, fsync of the folder, one file after the other', async () => {
    const dir = temporaryFolder()
    const seen: string[] = []
    const onStep = (step: WriteStep, path: string) => {
      seen.push(`${path.slice(dir.length + 1)} ${step}`)
      const isDone = step === 'after-rename' || step === 'after-folder-fsync'
      if (path.endsWith('last.safetensors')) expect(existsSync(path)).toBe(isDone)
    }
    const store = fileStore(dir, { onStep })
    await shortRun({ trainer: { maxEpochs: 1 }, checkpoint: { store } })
    const written = [...STEPS, 'after-rename', 'after-folder-fsync']
    expect(seen).toEqual([
      ...written.map((step) => `version_0/epoch=0-step=3.safetensors ${step}`),
      ...written.slice(2).map((step) => `version_0/last.safetensors ${step}`),
      ...written.map((step) => `version_0/index.json ${step}`),
    ])
  })

  it.each(STEPS.flatMap((step) => ['ENOSPC', 'EACCES'].map((code) => [code, step] as const)))(
    'with %s at %s ends the run with an error that says what to do, and nothing is lost',
    async (code, failing) => {
      const dir = temporaryFolder()
      let isFull = false
      const onStep = (step: WriteStep) => {
        if (isFull && step === failing) throw system(code)
      }
      const store = fileStore(dir, { onStep })
      const trainer = { maxEpochs: 2 }
      await shortRun({ trainer, checkpoint: { store } })
      const before = checkpointsIn(`${dir}/version_0`)
      isFull = true
      const run = shortRun({ trainer: { maxEpochs: 4 }, checkpoint: { store }, resumeFrom: 'last' })
      await expect(run).rejects.toMatchObject({
        code: 'REG_CHECKPOINT_WRITE',
        plugin: 'checkpoint',
        message: expect.stringMatching(new RegExp(`version_0.*${code}.*"dir".*resumeFrom: "last"`)),
      })
      expect(checkpointsIn(`${dir}/version_0`)).toEqual(before)
      expect(checkpointsIn(`${dir}/version_0`, '.tmp')).toEqual([])
      const { meta } = await loadCheckpoint(join(dir, 'version_0/last.safetensors'))
      expect(meta.position.step).toBe(6)
      isFull = false
      const { history } = await shortRun({
        trainer: { maxEpochs: 4 },
        checkpoint: { store },
        resumeFrom: 'last',
      })
      expect(history).toHaveLength(4)
    },
  )

  it('that cannot be listed or read says so, with a code, also where a run goes on', async () => {
    const failing = (name: 'folders' | 'read' | 'claim') => ({
      ...whole,
      [name]: async () => {
        throw system('EACCES')
      },
    })
    const whole = memoryStore()
    await shortRun({ trainer: { maxEpochs: 1 }, checkpoint: { store: whole } })
    const run = (name: 'folders' | 'read' | 'claim', resumeFrom?: string) =>
      shortRun({ trainer: { maxEpochs: 2 }, checkpoint: { store: failing(name) }, resumeFrom })
    for (const name of ['folders', 'claim'] as const) {
      await expect(run(name)).rejects.toMatchObject({
        code: 'REG_CHECKPOINT_WRITE',
        message: expect.stringMatching(/"version_.*EACCES.*change the permissions/),
      })
    }
    for (const name of ['folders', 'read'] as const) {
      await expect(run(name, 'last')).rejects.toMatchObject({
        code: 'REG_CHECKPOINT_MISSING',
        message: expect.stringMatching(/could not be read: EACCES/),
      })
    }
  })

  it('tells its error once', async () => {
    const reports: string[] = []
    const listen = definePlugin({
      name: 'listen',
      apply: ({ provide }) =>
        provide('reporter', { report: ({ message }) => void reports.push(message) }),
    })
    const onStep = () => {
      throw system('ENOSPC')
    }
    const store = fileStore(temporaryFolder(), { onStep })
    const trainer = { maxEpochs: 4, plugins: [listen] }
    const run = shortRun({ trainer, checkpoint: { store } })
    await expect(run).rejects.toMatchObject({ code: 'REG_CHECKPOINT_WRITE' })
    expect(reports).toEqual([])
  })

  it('for a folder in the place of a file says so', async () => {
    const rootDir = temporaryFolder()
    const place = join(rootDir, 'checkpoints/version_0/last.safetensors')
    await shortRun({ trainer: { rootDir, maxEpochs: 1 } })
    rmSync(place)
    mkdirSync(place)
    const resumeFrom = join(rootDir, 'checkpoints/version_0/epoch=0-step=3.safetensors')
    const run = shortRun({ trainer: { rootDir, maxEpochs: 2 }, resumeFrom })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_WRITE',
      message: expect.stringMatching(/last.safetensors.*A folder stands where the file belongs/),
    })
    expect(
      checkpointsIn(join(rootDir, 'checkpoints/version_0')).filter((name) => name !== 'last'),
    ).toEqual(['epoch=0-step=3', 'epoch=1-step=6'])
  })

  it('for a file in the place of the folder says so when training begins', async () => {
    const rootDir = temporaryFolder()
    writeFileSync(join(rootDir, 'checkpoints'), 'in the way')
    const run = shortRun({ trainer: { rootDir, maxEpochs: 1 } })
    await expect(run).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_WRITE',
      hook: 'fitStart',
      message: expect.stringMatching(/A file stands where a folder belongs/),
    })
    expect(readFileSync(join(rootDir, 'checkpoints'), 'utf8')).toBe('in the way')
  })
})

describe('a file system that is really read-only', () => {
  it('is called that, before anything is trained', async (context) => {
    const folder = temporaryFolder()
    const options = ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', folder]
    const { status, stderr } = spawnSync(MOUNT, options, { encoding: 'utf8' })
    if (status !== 0) return context.skip(`tmpfs cannot be mounted: ${stderr}`)
    try {
      for (const dir of [folder, join(folder, 'a/b')]) {
        const run = shortRun({ trainer: { maxEpochs: 1 }, checkpoint: { dir } })
        await expect(run).rejects.toMatchObject({
          code: 'REG_CHECKPOINT_WRITE',
          hook: 'fitStart',
          message: expect.stringMatching(/EROFS.*The file system is read-only: give another "dir"/),
        })
      }
    } finally {
      spawnSync(UNMOUNT, [folder])
    }
  })
})

describe('a disk that is really full', () => {
  let mounted = ''
  afterEach(() => {
    if (mounted) spawnSync(UNMOUNT, [mounted])
  })
  it('ends the run with an error and keeps what was whole', async (context) => {
    const folder = temporaryFolder()
    const { status, stderr } = spawnSync(
      MOUNT,
      ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder],
      { encoding: 'utf8' },
    )
    if (status !== 0) return context.skip(`tmpfs cannot be mounted: ${stderr}`)
    mounted = folder
    const run = (maxEpochs: number) =>
      shortRun({ trainer: { maxEpochs }, checkpoint: { dir: folder, topK: -1 } })
    await expect(run(50)).rejects.toMatchObject({
      code: 'REG_CHECKPOINT_WRITE',
      message: expect.stringMatching(/ENOSPC.*disk is full/),
    })
    const names = checkpointsIn(join(folder, 'version_0'))
    expect(names.length).toBeGreaterThan(3)
    for (const name of names) await loadCheckpoint(join(folder, `version_0/${name}.safetensors`))
    expect(execFileSync('ls', [join(folder, 'version_0')], { encoding: 'utf8' })).not.toContain(
      '.tmp',
    )
    rmSync(join(folder, 'version_0'), { recursive: true })
  })
})
