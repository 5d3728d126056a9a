import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, type Every, type Snapshot, Trainer } from '@regimen/core'
import { lrScheduler, step } from '@regimen/plugin-lr-scheduler'
import * as tf from '@tensorflow/tfjs-core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Catalog, checkpoint, loadCheckpoint, memoryStore } from '../src/index.js'
import { fileStore } from '../src/node/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'
import { type ShortRun, shortRun } from './helpers/runs.js'

let rootDir = ''
beforeEach(() => {
  rootDir = temporaryFolder()
})

const folderOf = (version = 0) => join(rootDir, `checkpoints/version_${version}`)
const files = (version = 0) => checkpointsIn(folderOf(version))
const numbered = (version = 0) => files(version).filter((name) => !['last', 'best'].includes(name))
const at = (name: string, version = 0) => join(folderOf(version), `${name}.safetensors`)
const index = (version = 0): Catalog =>
  JSON.parse(readFileSync(join(folderOf(version), 'index.json'), 'utf8'))
const run = (
  options: ShortRun['checkpoint'],
  trainer: ShortRun['trainer'] = {},
  more: ShortRun = {},
) => shortRun({ checkpoint: options, trainer: { rootDir, ...trainer }, ...more })
const rateOf = (sgd: tf.SGDOptimizer) =>
  (sgd as unknown as { readonly learningRate: number }).learningRate
const leaves = async (work: () => Promise<unknown>) => {
  const before = tf.memory().numTensors
  await work()
  expect(tf.memory().numTensors).toBe(before)
}

describe('where checkpoints go', () => {
  it('C039: each run has a version folder of its own', async () => {
    for (const version of [0, 1]) {
      await run({}, { maxEpochs: 1 })
      expect(files(version)).toEqual(['epoch=0-step=3', 'last'])
    }
    mkdirSync(join(rootDir, 'checkpoints/version_7'))
    mkdirSync(join(rootDir, 'checkpoints/version_x'))
    await run({}, { maxEpochs: 1 })
    expect(files(8)).toHaveLength(2)
  })

  it('C040: below rootDir, in checkpoints', async () => {
    await run({ topK: -1, filename: '{epoch}' }, { maxEpochs: 2 })
    expect(numbered()).toEqual(['epoch=0', 'epoch=1'])
  })

  it('C041: ~ is the home folder at the beginning only', async () => {
    vi.stubEnv('HOME', join(rootDir, 'home'))
    await run({ dir: '~/checkpoints' }, { maxEpochs: 1 })
    await run({ dir: './~/checkpoints' }, { maxEpochs: 1 })
    vi.unstubAllEnvs()
    expect(checkpointsIn(join(rootDir, 'home/checkpoints/version_0'))).toContain('last')
    expect(checkpointsIn(join(rootDir, '~/checkpoints/version_0'))).toContain('last')
  })
})

describe('when and how many', () => {
  it.each([
    [1, 1, 1],
    [2, 1, 2],
    [1, 0.25, 4],
    [2, 0.3, 6],
  ])(
    'C050: by default %d epochs with a validation every %d of one are saved %d times',
    async (maxEpochs, share, expected) => {
      await run({ topK: -1 }, { maxEpochs, validateEvery: { epochs: share } }, { rows: 256 })
      expect(numbered()).toHaveLength(expected)
    },
  )

  it.each([
    [1, 1, 1, 1],
    [2, 2, 1, 2],
    [2, 1, 0.25, 4],
    [2, 2, 0.3, 6],
  ])(
    'C051: with a falling score and topK %d, %d epochs and a validation every %d are saved %d times',
    async (topK, maxEpochs, share, expected) => {
      const scores = Array.from({ length: 10 }, (_, check) => 1 - check / 100)
      const trainer = { maxEpochs, validateEvery: { epochs: share } }
      const options = { monitor: 'score', mode: 'min', topK } as const
      await run({ ...options, last: false }, trainer, { rows: 256, scores })
      expect(index().files[0]?.sequence).toBe(expected)
      await run(options, trainer, { rows: 256, scores })
      expect(numbered()).toHaveLength(Math.min(topK, expected))
      expect(numbered(1)).toEqual(numbered())
      expect(files(1)).toContain('last')
    },
  )

  it.each([
    [-1, [0, 1, 2, 3, 4]],
    [1, [4]],
    [2, [2, 4]],
    [3, [2, 3, 4]],
    [4, [1, 2, 3, 4]],
  ])(
    'C053: of the losses 10, 9, 2.8, 5, 2.5 topK %d keeps the epochs %j',
    async (topK, expected) => {
      const scores = [10, 9, 2.8, 5, 2.5]
      await run(
        { monitor: 'score', mode: 'min', topK, filename: '{epoch}' },
        { maxEpochs: 5 },
        { scores },
      )
      expect(numbered()).toEqual(expected.map((epoch) => `epoch=${epoch}`))
      const best = index().files.find(({ file }) => file === 'best.safetensors')
      expect(best).toMatchObject({ epoch: 4, score: 2.5 })
    },
  )

  it.each([
    [0, []],
    [1, [0, 1, 2, 3, 4]],
    [2, [1, 3]],
    [3, [2]],
  ])('C054: every %d epochs gives the epochs %j', async (epochs, expected) => {
    await run({ topK: -1, every: { epochs }, filename: '{epoch}' }, { maxEpochs: 5 })
    expect(numbered()).toEqual(expected.map((epoch) => `epoch=${epoch}`))
  })

  it('C055: every 16 steps of 2 epochs of 64 batches gives 8 files', async () => {
    await run(
      { topK: -1, every: { steps: 16 }, filename: '{step:03d}' },
      { maxEpochs: 2 },
      { rows: 256 },
    )
    const steps = [16, 32, 48, 64, 80, 96, 112, 128]
    expect(numbered()).toEqual(steps.map((step) => `step=${String(step).padStart(3, '0')}`))
  })

  it('C057: after each validation in mid-epoch', async () => {
    const scores = [1, 2, 3, 4, 5]
    const trainer = { maxEpochs: 1, validateEvery: { epochs: 0.2 } }
    await run(
      { monitor: 'score', mode: 'max', topK: -1, filename: '{epoch}-{step:02d}' },
      trainer,
      { rows: 40, scores },
    )
    expect(numbered()).toEqual(
      [2, 4, 6, 8, 10].map((step) => `epoch=0-step=${String(step).padStart(2, '0')}`),
    )
  })

  it('C058: a validation every 2 epochs is saved with it', async () => {
    const trainer = { maxEpochs: 5, validateEvery: { epochs: 2 } }
    await run({ monitor: 'epoch', mode: 'max', topK: -1, filename: '{epoch}' }, trainer)
    expect(numbered()).toEqual(['epoch=1', 'epoch=3'])
  })

  it('C059: topK 0 leaves last alone, a real file', async () => {
    await run({ topK: 0 }, { maxEpochs: 2 })
    expect(files()).toEqual(['last'])
    expect((await loadCheckpoint(at('last'))).meta.position.epoch).toBe(2)
    await run({ topK: 0, monitor: 'val_loss', mode: 'min' }, { maxEpochs: 2 })
    expect(files(1)).toEqual(['best', 'last'])
  })

  it('C061: where all are kept the best is known', async () => {
    await run({ monitor: 'epoch', mode: 'max', topK: -1, filename: '{epoch}' }, { maxEpochs: 3 })
    expect(numbered()).toEqual(['epoch=0', 'epoch=1', 'epoch=2'])
    const best = index().files.find(({ file }) => file === 'best.safetensors')
    expect(best).toMatchObject({ epoch: 2, score: 2, monitor: 'epoch' })
  })

  it('C062: without a monitor all are kept and none is called best', async () => {
    await run({ topK: -1 }, { maxEpochs: 2 }, { rows: 40 })
    expect(files()).toEqual(['epoch=0-step=10', 'epoch=1-step=20', 'last'])
    expect(index().files.map(({ score }) => score)).toEqual([null, null, null])
  })

  it('C063: without a monitor one file keeps its name', async () => {
    const written = new Set<string>()
    const inner = fileStore(join(rootDir, 'checkpoints'))
    const write = inner.write.bind(inner)
    const store = Object.assign(inner, {
      write: (...given: Parameters<typeof write>) => {
        written.add(given[0])
        return write(...given)
      },
    })
    await run({ store, filename: 'model' }, { maxEpochs: 3 })
    const names = ['version_0/model.safetensors', 'version_0/index.json']
    expect([...written]).toEqual(names)
    expect(files()).toEqual(['last', 'model'])
    expect(index().files[1]).toMatchObject({ file: 'model.safetensors', epoch: 2 })
  })

  it('C065: a copy replaces a file or a link of its name, never what the link points to', async () => {
    const target = join(rootDir, 'elsewhere')
    writeFileSync(target, 'untouched')
    const links = definePlugin({
      name: 'links',
      apply: ({ hooks }) =>
        hooks.epochStart.tap('links', ({ epoch }) => {
          if (epoch === 0) return
          rmSync(at('last'), { force: true })
          symlinkSync(target, at('last'))
        }),
    })
    await run({}, { maxEpochs: 2, plugins: [links] })
    expect(readFileSync(target, 'utf8')).toBe('untouched')
    expect((await loadCheckpoint(at('last'))).meta.position.epoch).toBe(2)
  })

  it('C066: last and best need no links, so that any store has them', async () => {
    const store = memoryStore()
    await run({ store, monitor: 'val_loss', mode: 'min' }, { maxEpochs: 1 })
    const names = (await store.list('version_0')).map(({ name }) => name)
    expect(names).toContain('version_0/last.safetensors')
    expect(names).toContain('version_0/best.safetensors')
  })

  it('C067: best and last are kept apart where the newest is not the best', async () => {
    const scores = [1, 1.1, 0.8, 1.3]
    await run({ monitor: 'score', mode: 'min' }, { maxEpochs: 4 }, { scores })
    expect(files()).toEqual(['best', 'epoch=2-step=9', 'last'])
    expect((await loadCheckpoint(at('best'))).meta.position.epoch).toBe(3)
    expect((await loadCheckpoint(at('last'))).meta.position.epoch).toBe(4)
  })

  it('C069: a second run leaves the first one’s last alone', async () => {
    await run({ topK: 0 }, { maxEpochs: 1 })
    const before = readFileSync(at('last'))
    await run({ topK: 0 }, { maxEpochs: 2 })
    expect(readFileSync(at('last')).equals(before)).toBe(true)
    expect(files(1)).toEqual(['last'])
  })

  it('C070: two runs into one folder keep their files apart', async () => {
    for (const version of [0, 1]) {
      await run({ topK: -1, filename: '{epoch}' }, { maxEpochs: 2 })
      expect(numbered(version)).toEqual(['epoch=0', 'epoch=1'])
    }
  })

  it('C071: names that would be the same get a version; a second fit has a folder of its own', async () => {
    const trainer = new Trainer({
      rootDir,
      maxEpochs: 2,
      plugins: [checkpoint({ topK: -1, filename: 'test' })],
    })
    const module = net()
    for (const version of [0, 1]) {
      await trainer.fit(module, { train: curve(12) })
      expect(numbered(version)).toEqual(['test', 'test-v1'])
    }
    module.dispose()
  })

  it.each([
    ['min', [Number.NaN, 8, 7, 5], 5],
    ['max', [Number.NaN, 5, 7, 8], 8],
  ] as const)(
    'C073: with mode %s a first score of NaN makes room for the next',
    async (mode, scores, expected) => {
      await run({ monitor: 'score', mode }, { maxEpochs: 4 }, { scores })
      expect(numbered()).toEqual(['epoch=3-step=12'])
      expect(index().files.find(({ file }) => file === 'best.safetensors')?.score).toBe(expected)
    },
  )

  it('C074: a score of NaN is never the best', async () => {
    await run({ monitor: 'score', mode: 'min' }, { maxEpochs: 1 }, { scores: [Number.NaN] })
    expect(files()).toEqual(['epoch=0-step=3', 'last'])
    await expect(run({}, {}, { resumeFrom: 'best' })).rejects.toThrow(/REG_CHECKPOINT_MISSING/)
  })

  it('C075: each file knows the score of its moment', async () => {
    await run(
      { monitor: 'score', mode: 'min', topK: 3, filename: '{epoch}' },
      { maxEpochs: 3 },
      { scores: [0.1, 0.2, 0.3] },
    )
    const scores = index()
      .files.filter(({ file }) => file.startsWith('epoch'))
      .map(({ file, score }) => [file, score])
    expect(scores.sort()).toEqual(
      [0.1, 0.2, 0.3].map((score, epoch) => [`epoch=${epoch}.safetensors`, score]),
    )
  })

  it('C079: without a schedule every epoch is saved', async () => {
    await run({ topK: -1 }, { maxEpochs: 3 }, { isValidated: false })
    expect(numbered()).toHaveLength(3)
  })

  it('C081: without validation the end of an epoch counts, also where validations were asked for', async () => {
    await run(
      { topK: -1 },
      { maxEpochs: 2, validateEvery: { epochs: 0.5 } },
      { isValidated: false },
    )
    expect(numbered()).toEqual(['epoch=0-step=3', 'epoch=1-step=6'])
  })

  it('C098: last equals the file of the same step', async () => {
    await run({}, { maxEpochs: 1 })
    expect(readFileSync(at('last')).equals(readFileSync(at('epoch=0-step=3')))).toBe(true)
  })

  it('C099: the list of files can be read from outside', async () => {
    await run({ monitor: 'score', mode: 'min', topK: 2 }, { maxEpochs: 2 }, { scores: [2, 1] })
    const { format, files: listed } = index()
    expect(format).toBe(1)
    expect(listed.map(({ file }) => file).sort()).toEqual(
      files().map((name) => `${name}.safetensors`),
    )
    for (const { file, sha256, size } of listed) {
      const bytes = readFileSync(join(folderOf(), file))
      expect(bytes).toHaveLength(size)
      expect(bytes.toString('latin1')).toContain(`"sha256":"${sha256}"`)
    }
  })
})

describe('what a file holds', () => {
  it.each([
    ['C043', 'epoch', { topK: -1 }, [0.2, 0.4, 0.8]],
    ['C097', 'step', { topK: -1, every: { steps: 1 } as Every }, [0.2, 0.4, 0.8]],
  ] as const)(
    '%s: a rate by %s that doubles from 0.1 is stepped before it is written',
    async (...row) => {
      const [, interval, options, rates] = row
      const sgd = tf.train.sgd(0.1)
      const seen: number[] = []
      const look = definePlugin({
        name: 'look',
        before: ['checkpoint'],
        apply: ({ hooks }) => hooks.save.tap('look', () => void seen.push(rateOf(sgd))),
      })
      const module = { ...net(), configureOptimizers: () => sgd }
      const plugins = [lrScheduler({ schedule: step({ every: 1, gamma: 2 }), interval }), look]
      await run(options, { maxEpochs: 3, plugins }, { module })
      expect(seen.slice(0, rates.length)).toEqual(rates)
      module.dispose()
    },
  )

  it.each([
    ['C043', { topK: -1 }, 3],
    ['C097', { topK: -1, every: { steps: 2 } as Every }, 4],
  ] as const)('%s: schedules have stepped before it is written', async (_, options, steps) => {
    const schedule = definePlugin({
      name: 'schedule',
      apply({ hooks }) {
        const count = { steps: 0, epochs: 0 }
        hooks.batchEnd.tap('schedule', () => void count.steps++)
        hooks.monitor.tap('schedule', ({ epoch }) => void (epoch && count.epochs++))
        return { saveState: () => ({ ...count }) }
      },
    })
    await run(options, { maxEpochs: 2, plugins: [schedule] })
    const file = at(`epoch=${steps === 3 ? 0 : 1}-step=${steps}`)
    const { meta } = await loadCheckpoint(file)
    expect(meta.plugins.schedule).toEqual({ steps, epochs: 1 })
  })

  it('C093: is that of the moment of the save, whatever happens while it is written', async () => {
    const weights: number[] = []
    const module = net()
    const change = definePlugin({
      name: 'change',
      after: ['checkpoint'],
      apply: ({ hooks }) =>
        hooks.save.tap('change', () => {
          const bias = module.weights['out/bias'] as tf.Variable
          weights.push(...bias.dataSync())
          tf.tidy(() => bias.assign(tf.tensor1d([77])))
        }),
    })
    await leaves(async () => {
      await run({}, { maxEpochs: 1, plugins: [change] }, { module })
      const { tensors } = await loadCheckpoint(at('last'))
      expect([...(tensors['module/out/bias']?.data ?? [])]).toEqual(weights)
    })
    module.dispose()
  })

  it('C091: another store may be plugged in: one write per state, one removal per file that goes', async () => {
    const calls: string[] = []
    const inner = memoryStore()
    const store = {
      ...inner,
      write: (...args: Parameters<typeof inner.write>) => {
        calls.push(`write ${args[0]}`)
        return inner.write(...args)
      },
      copy: (...args: Parameters<typeof inner.copy>) => {
        calls.push(`copy ${args[1]}`)
        return inner.copy(...args)
      },
      remove: (name: string) => {
        calls.push(`remove ${name}`)
        return inner.remove(name)
      },
    }
    await run({ store }, { maxEpochs: 2 })
    expect(calls.filter((call) => !call.endsWith('index.json'))).toEqual([
      'write version_0/epoch=0-step=3.safetensors',
      'copy version_0/last.safetensors',
      'write version_0/epoch=1-step=6.safetensors',
      'copy version_0/last.safetensors',
      'remove version_0/epoch=0-step=3.safetensors',
    ])
  })

  it('C094: a state that cannot be written leaves no partial file', async () => {
    const bad = definePlugin<never>({
      name: 'bad',
      apply: () => ({ saveState: () => ({ f: () => 1 }) as never }),
    })
    await expect(run({}, { maxEpochs: 1, plugins: [bad] })).rejects.toThrow(/REG_STATE_INVALID/)
    expect(existsSync(folderOf())).toBe(false)
  })

  it('C095: its tensors are handed to the writing thread, not copied again', async () => {
    const inner = memoryStore()
    const copies: ArrayBufferLike[] = []
    let snapshot: Snapshot | undefined
    const keep = definePlugin({
      name: 'keep',
      before: ['checkpoint'],
      apply: ({ hooks }) =>
        hooks.saveState.tap('keep', (taken) => {
          snapshot = taken
          return taken
        }),
    })
    const store = {
      ...inner,
      write: (...args: Parameters<typeof inner.write>) => {
        copies.push(...args[1].body.map(({ buffer }) => buffer))
        return inner.write(...args)
      },
    }
    await run({ store, topK: 0 }, { maxEpochs: 1, plugins: [keep] })
    const buffers = Object.values(snapshot?.tensors ?? {}).map(({ data }) => data.buffer)
    expect(buffers.length).toBeGreaterThan(8)
    expect(new Set(copies)).toEqual(new Set(buffers))
  })
})
