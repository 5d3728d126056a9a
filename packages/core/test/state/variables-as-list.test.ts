import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type AutomaticModule, type Snapshot, Trainer } from '../../src/index.js'
import { onCpu } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** A line whose variables are given as a list; tfjs names them by the variables of the process. */
function listed() {
  const line = lineModule({ configureOptimizers: () => tf.train.adam(0.1) })
  const module: AutomaticModule<LineBatch> = { ...line, variables: () => [line.w, line.b] }
  return { module, line }
}

async function trained(maxEpochs: number, resumeFrom?: Snapshot) {
  const { module, line } = listed()
  const trainer = new Trainer({ maxEpochs, sanityBatches: 0 })
  const names = new Set<string>()
  trainer.hooks.gradients.tap('test', (gradients) => {
    for (const name of Object.keys(gradients ?? {})) names.add(name)
  })
  await trainer.fit(module, { train: lineBatches(3) }, resumeFrom && { resumeFrom })
  const snapshot = await trainer.snapshot()
  const weights = [...line.w.dataSync(), ...line.b.dataSync()]
  line.dispose()
  return { snapshot, weights, names: [...names] }
}

describe('variables that are given as a list', () => {
  it('are named by their place: in snapshots, in optimizer slots and in gradients', async () => {
    const { snapshot, names } = await trained(1)
    expect(Object.keys(snapshot.tensors)).toEqual([
      'module/0',
      'module/1',
      'optimizer/main/accumulatedFirstMoment/0',
      'optimizer/main/accumulatedFirstMoment/1',
      'optimizer/main/accumulatedSecondMoment/0',
      'optimizer/main/accumulatedSecondMoment/1',
      'optimizer/main/accBeta1',
      'optimizer/main/accBeta2',
    ])
    expect(names).toEqual(['0', '1'])
  })

  it('so that a second module in the process, with other tfjs names, goes on from it to the bit', async () => {
    const whole = await trained(4)
    const half = await trained(2)
    const rest = await trained(4, half.snapshot)
    expect(rest.weights).toEqual(whole.weights)
    expect(rest.snapshot.tensors).toEqual(whole.snapshot.tensors)
  })
})
