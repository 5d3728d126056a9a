import '@tensorflow/tfjs-backend-cpu'
import { join } from 'node:path'
import { type Snapshot, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkpoint, loadCheckpoint, loadWeights } from '../src/index.js'
import { lineageOf } from '../src/lineage.js'
import { temporaryFolder } from './helpers/folder.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const weight = () => {
  const w = tf.variable(tf.scalar(1))
  return {
    trainingStep: () => tf.square(w) as tf.Scalar,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0.1),
  }
}

async function fit(dir: string, options: { epochs: number; resumeFrom?: string; from?: string }) {
  const { epochs: maxEpochs, resumeFrom, from } = options
  const module = weight()
  if (from) await loadWeights(module, from)
  const trainer = new Trainer({ maxEpochs, sanityBatches: 0, plugins: [checkpoint({ dir })] })
  const train = () => [tf.scalar(1), tf.scalar(2)]
  await trainer.fit(module, { train }, resumeFrom ? { resumeFrom } : {})
  await trainer.dispose()
}

describe('meta.lineage', () => {
  it('is not there in a run that began with nothing, nor after it was resumed in its folder', async () => {
    const folder = join(temporaryFolder(), 'a')
    await fit(folder, { epochs: 1 })
    const file = join(folder, 'version_0/last.safetensors')
    expect((await loadCheckpoint(file)).meta).not.toHaveProperty('lineage')
    await fit(folder, { epochs: 2, resumeFrom: 'last' })
    const { meta } = await loadCheckpoint(file)
    expect(meta.position.epoch).toBe(2)
    expect(meta).not.toHaveProperty('lineage')
  })

  it('names the checkpoint of another run that was resumed, and those before it', async () => {
    const root = temporaryFolder()
    const fileOf = (name: string) => join(root, name, 'version_0/last.safetensors')
    await fit(join(root, 'a'), { epochs: 1 })
    await fit(join(root, 'b'), { epochs: 2, resumeFrom: fileOf('a') })
    await fit(join(root, 'b'), { epochs: 3, resumeFrom: 'last' })
    await fit(join(root, 'c'), { epochs: 4, resumeFrom: fileOf('b') })
    const [a, b] = await Promise.all([loadCheckpoint(fileOf('a')), loadCheckpoint(fileOf('b'))])
    expect(a.digest).toMatch(/^[0-9a-f]{64}$/)
    const first = { how: 'resumed', file: fileOf('a'), digest: a.digest, epoch: 1, step: 2 }
    expect(lineageOf(b)).toEqual([first])
    const second = { how: 'resumed', file: fileOf('b'), digest: b.digest, epoch: 3, step: 6 }
    expect(lineageOf(await loadCheckpoint(fileOf('c')))).toEqual([first, second])
  })

  it('names the checkpoint whose weights the module was given', async () => {
    const root = temporaryFolder()
    const parent = join(root, 'a', 'version_0/last.safetensors')
    await fit(join(root, 'a'), { epochs: 1 })
    await fit(join(root, 'b'), { epochs: 1, from: parent })
    const { digest } = await loadCheckpoint(parent)
    const child = await loadCheckpoint(join(root, 'b', 'version_0/last.safetensors'))
    expect(lineageOf(child)).toEqual([{ how: 'weights', file: parent, digest, epoch: 1, step: 2 }])
  })

  it.each([[7], [[null, 7, { how: 'born', file: 'x' }, { how: 'resumed' }]], [{}]])(
    'is nothing where a file has %j',
    (lineage) => {
      expect(lineageOf({ meta: { lineage }, tensors: {} } as unknown as Snapshot)).toEqual([])
    },
  )
})
