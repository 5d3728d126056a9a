import { Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { checkpoint } from '../src/index.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'
import { curve, net, valuesOf } from './helpers/net.js'

describe('checkpoint', () => {
  it('writes last, best and the best numbered file, and resumes bit for bit', async () => {
    const before = tf.memory().numTensors
    const rootDir = temporaryFolder()
    const make = (maxEpochs: number, dir: string) =>
      new Trainer({
        rootDir,
        maxEpochs,
        plugins: [checkpoint({ dir, monitor: 'val_loss', mode: 'min' })],
      })
    const data = () => ({ train: curve(20), validation: curve(8, { shuffle: false }) })
    const whole = net()
    const result = await make(4, 'whole').fit(whole, data())
    const half = net()
    await make(2, 'halves').fit(half, data())
    const other = net()
    const resumed = await make(4, 'halves').fit(other, data(), { resumeFrom: 'last' })
    expect(valuesOf(other)).toEqual(valuesOf(whole))
    expect(resumed.metrics).toEqual(result.metrics)
    expect(resumed.history).toEqual(result.history)
    const files = checkpointsIn(`${rootDir}/halves/version_0`)
    expect(files).toEqual(checkpointsIn(`${rootDir}/whole/version_0`))
    expect(files).toEqual(['best', expect.stringMatching(/^epoch=\d-step=\d+$/), 'last'])
    for (const one of [whole, half, other]) one.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})
