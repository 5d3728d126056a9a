import { describe, expect, it } from 'vitest'
import { temporaryFolder } from './helpers/folder.js'
import { shortRun } from './helpers/runs.js'

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

  it('is none without a monitor, or where no score was a number', async () => {
    const trainer = { rootDir: temporaryFolder(), maxEpochs: 1 }
    expect((await shortRun({ trainer })).best).toEqual([])
    const nan = await shortRun({ trainer, checkpoint: watched, scores: [Number.NaN] })
    expect(nan.best).toEqual([])
  })
})
