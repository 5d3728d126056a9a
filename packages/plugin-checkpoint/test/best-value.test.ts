import { definePlugin, Trainer } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { checkpoint, memoryStore } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net } from './helpers/net.js'
import { scripted, shortRun } from './helpers/runs.js'

describe('the best value in the result', () => {
  const watched = { monitor: 'score', mode: 'max' } as const

  it('is that of `best`, with its epoch from 0 and its step', async () => {
    const trainer = { rootDir: temporaryFolder(), maxEpochs: 4 }
    const { best, metrics } = await shortRun({
      trainer,
      checkpoint: watched,
      scores: [1, 7, 3, 2],
    })
    // 3 batches an epoch.
    expect(best).toEqual([{ plugin: 'checkpoint', ...watched, value: 7, epoch: 1, step: 6 }])
    expect(metrics.score).toBe(2)
  })

  it('goes on in a resumed run, whether it is beaten or not', async () => {
    for (const [third, wanted] of [
      [3, { value: 7, epoch: 1, step: 6 }],
      [9, { value: 9, epoch: 2, step: 9 }],
    ] as const) {
      const rootDir = temporaryFolder()
      const scores = [1, 7, third]
      await shortRun({ trainer: { rootDir, maxEpochs: 2 }, checkpoint: watched, scores })
      const trainer = { rootDir, maxEpochs: 3 }
      const resumed = await shortRun({
        trainer,
        checkpoint: watched,
        scores,
        resumeFrom: 'last',
      })
      expect(resumed.best).toMatchObject([wanted])
    }
  })

  it('is known in a run that is resumed from a snapshot of after the fit', async () => {
    const store = memoryStore()
    const options = { ...watched, store }
    const module = net()
    const plugins = [checkpoint(options), scripted([1, 7, 3])]
    const trainer = new Trainer({ sanityBatches: 0, maxEpochs: 2, plugins })
    const validation = curve(4, { shuffle: false })
    await trainer.fit(module, { train: curve(12), validation })
    await trainer.validate(module, validation)
    const snapshot = await trainer.snapshot()
    await trainer.dispose()
    module.dispose()
    const resumed = await shortRun({
      trainer: { maxEpochs: 3 },
      checkpoint: options,
      scores: [1, 7, 3],
      resumeFrom: snapshot,
    })
    expect(resumed.best).toMatchObject([{ value: 7, epoch: 1, step: 6 }])
    expect(await store.folders('')).toEqual(['version_0'])
  })

  it('is found anew from an older state on, which is said', async () => {
    const rootDir = temporaryFolder()
    const trainer = { rootDir, maxEpochs: 3 }
    const options = { ...watched, topK: -1 }
    await shortRun({ trainer, checkpoint: options, scores: [7, 1, 3] })
    const reports: string[] = []
    const reporter = definePlugin({
      name: 'reporter',
      apply: ({ provide }) =>
        provide('reporter', { report: ({ message }) => void reports.push(message) }),
    })
    const resumed = await shortRun({
      trainer: { ...trainer, plugins: [reporter] },
      checkpoint: options,
      scores: [7, 1, 3],
      resumeFrom: 'best',
    })
    expect(resumed.best).toMatchObject([{ value: 3, epoch: 2, step: 9 }])
    expect(reports).toContain(
      'The best "score" so far, 7 in epoch 1, stays in version_0: this run has a new folder, with a best of its own.',
    )
  })

  it('is none without a monitor, or where no score was a number', async () => {
    const trainer = { rootDir: temporaryFolder(), maxEpochs: 1 }
    expect((await shortRun({ trainer })).best).toEqual([])
    const nan = await shortRun({ trainer, checkpoint: watched, scores: [Number.NaN] })
    expect(nan.best).toEqual([])
  })
})
