import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { definePlugin, Trainer } from '@regimen/core'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type Catalog, checkpoint, loadCheckpoint, memoryStore } from '../src/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'
import { type ShortRun, shortRun } from './helpers/runs.js'

let rootDir = ''
beforeEach(() => {
  rootDir = temporaryFolder()
})
const folderOf = (version = 0) => join(rootDir, `checkpoints/version_${version}`)
const numbered = () => checkpointsIn(folderOf()).filter((name) => !['last', 'best'].includes(name))
const lastOf = async (version = 0) =>
  (await loadCheckpoint(join(folderOf(version), 'last.safetensors'))).meta.position
const run = (
  options: ShortRun['checkpoint'],
  trainer: ShortRun['trainer'] = {},
  more: ShortRun = {},
) => shortRun({ checkpoint: options, trainer: { rootDir, ...trainer }, ...more })

describe('saving', () => {
  it('by steps waits for the metric of the next validation', async () => {
    const options = { monitor: 'score', mode: 'min', topK: -1, every: { steps: 2 } } as const
    await run(options, { maxEpochs: 2 }, { scores: [2, 1] })
    expect(numbered()).toEqual(['epoch=0-step=3', 'epoch=1-step=6'])
  })

  it('by steps with a metric of the training does not wait', async () => {
    const options = { monitor: 'loss', mode: 'min', topK: -1, every: { steps: 2 } } as const
    await run(options, { maxEpochs: 2 })
    expect(numbered()).toEqual(['epoch=0-step=2', 'epoch=1-step=4', 'epoch=1-step=6'])
  })

  it('by seconds looks at the clock after each batch', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const clock = definePlugin({
      name: 'clock',
      before: ['checkpoint'],
      apply: ({ hooks }) => hooks.batchStart.tap('clock', () => void vi.advanceTimersByTime(400)),
    })
    await run({ topK: -1, every: { seconds: 1 }, last: false }, { maxEpochs: 2, plugins: [clock] })
    vi.useRealTimers()
    expect(numbered()).toEqual(['epoch=0-step=3', 'epoch=1-step=6'])
  })

  it.each(['every', 'last'] as const)(
    'by a share of an epoch of unknown size is refused, for "%s" too',
    async (option) => {
      for (const isMade of [false, true]) {
        const module = net()
        const trainer = new Trainer({
          rootDir,
          plugins: [checkpoint({ [option]: { epochs: 0.5 } })],
        })
        const batches = () => curve(12)[Symbol.iterator]()
        const unsized = () => ({ [Symbol.iterator]: batches })
        const fit = trainer.fit(module, { train: isMade ? unsized : unsized() })
        await expect(fit).rejects.toMatchObject({
          code: 'REG_OPTION_INVALID',
          plugin: 'checkpoint',
          message: expect.stringContaining(
            `checkpoint: "${option}" is { epochs: 0.5 }, a share of`,
          ),
        })
        expect(trainer.state.step).toBe(0)
        module.dispose()
      }
    },
  )

  it('by a share of an epoch follows the loader that a function makes', async () => {
    const module = net()
    const plugins = [checkpoint({ topK: -1, every: { epochs: 0.5 } })]
    const trainer = new Trainer({ rootDir, maxEpochs: 2, plugins })
    await trainer.fit(module, { train: () => curve(16) })
    const steps = [2, 4].map((step) => `epoch=0-step=${step}`)
    expect(numbered()).toEqual([...steps, ...[6, 8].map((step) => `epoch=1-step=${step}`)])
    module.dispose()
  })

  it.each(['steps', 'epochs', 'seconds'])(
    'never comes with an infinite number of %s',
    async (unit) => {
      const every = { [unit]: Number.POSITIVE_INFINITY } as unknown as { steps: number }
      await run({ topK: -1, every }, { maxEpochs: 2 })
      expect(numbered()).toEqual([])
      expect(await lastOf()).toMatchObject({ epoch: 2 })
    },
  )

  it('keeps last on a schedule of its own, and at the end of the training', async () => {
    const options = { topK: -1, every: { epochs: 2 }, last: { epochs: 3 }, filename: '{epoch}' }
    const inner = memoryStore()
    const written: string[] = []
    const store = {
      ...inner,
      write: (...args: Parameters<typeof inner.write>) => {
        if (!args[0].endsWith('.json')) written.push(args[0])
        return inner.write(...args)
      },
    }
    await run({ ...options, store }, { maxEpochs: 5 })
    const names = ['epoch=1', 'last', 'epoch=3', 'last']
    expect(written).toEqual(names.map((name) => `version_0/${name}.safetensors`))
    const { meta } = await loadCheckpoint({ store, name: 'last' })
    expect(meta.position).toMatchObject({ epoch: 5, step: 15 })
    const { history } = await run({ ...options, store }, { maxEpochs: 6 }, { resumeFrom: 'last' })
    expect(history).toHaveLength(6)
  })

  it('is asked for by other plugins too', async () => {
    const asks = definePlugin({
      name: 'asks',
      apply: ({ hooks, requestSave }) =>
        hooks.batchEnd.tap('asks', ({ step }) => {
          if (step === 4) requestSave()
        }),
    })
    const stops = definePlugin({
      name: 'stops',
      apply: ({ hooks }) =>
        hooks.batchStart.tap('stops', ({ step }) => {
          if (step === 5) throw new Error('enough')
        }),
    })
    await expect(run({}, { maxEpochs: 9, plugins: [asks, stops] })).rejects.toThrow('enough')
    expect(await lastOf()).toMatchObject({ step: 4, batch: 1 })
  })

  it('names a metric that nobody reports once the epoch is over', async () => {
    const misspelt = run({ monitor: 'val_los', mode: 'min' }, { maxEpochs: 2 })
    await expect(misspelt).rejects.toMatchObject({
      code: 'REG_METRIC_MISSING',
      plugin: 'checkpoint',
      message: expect.stringMatching(/checkpoint monitors .*"val_los".*"val_loss"/),
    })
  })

  it('is left out for weights with NaN, and what was there stays', async () => {
    const reports: string[] = []
    const poison = definePlugin({
      name: 'poison',
      before: ['checkpoint'],
      apply: ({ hooks, tf, provide }) => {
        provide('reporter', { report: ({ message }) => void reports.push(message) })
        hooks.monitor.tap('poison', ({ counters }) => {
          const bias = module.weights['out/bias']
          if (counters.epoch === 2) tf.tidy(() => bias?.assign(tf.tensor1d([Number.NaN])))
        })
      },
    })
    const module = net()
    const options = { monitor: 'score', mode: 'min', topK: 1 } as const
    await run(options, { maxEpochs: 2, plugins: [poison] }, { module, scores: [2, 1] })
    expect(checkpointsIn(folderOf())).toEqual(['best', 'epoch=0-step=3', 'last'])
    expect(await lastOf()).toMatchObject({ epoch: 1 })
    expect(reports.join()).toMatch(/NaN after step 6/)
    module.dispose()
  })
})

describe('two checkpoints of one trainer', () => {
  const both = () => [
    checkpoint({ monitor: 'val_loss', mode: 'min', topK: 2 }),
    checkpoint({ id: 'steps', topK: -1, every: { steps: 2 }, last: false }),
  ]
  const fit = async (maxEpochs: number, resumeFrom?: string) => {
    const module = net()
    const trainer = new Trainer({ rootDir, maxEpochs, plugins: both() })
    const data = { train: curve(12), validation: curve(4, { shuffle: false }) }
    const result = await trainer.fit(module, data, { resumeFrom })
    module.dispose()
    return result
  }

  it('keep to folders of their own, also in one dir, and go on together', async () => {
    await fit(1)
    const steps = join(rootDir, 'checkpoints/steps/version_0')
    expect(checkpointsIn(steps)).toEqual(['epoch=0-step=2'])
    const { history } = await fit(2, 'last')
    expect(history).toHaveLength(2)
    expect(checkpointsIn(steps)).toEqual(['epoch=0-step=2', 'epoch=1-step=4', 'epoch=1-step=6'])
    expect(checkpointsIn(join(rootDir, 'checkpoints'), 'version_1')).toEqual([])
    const index: Catalog = JSON.parse(readFileSync(join(folderOf(), 'index.json'), 'utf8'))
    expect(index.files.map(({ file }) => file)).toContain('best.safetensors')
  })
})
