import { lifecycle, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { seed } from '../src/index.js'
import { noisyNet, shuffledData, shuffledRows } from './helpers/noisy-net.js'
import { traced } from './helpers/runs.js'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

const original = Math.random
afterEach(() => {
  expect(Math.random).toBe(original)
  Math.random = original
})

describe('Math.random', () => {
  it("is the process's own in every hook but loss, which is inside the step", async () => {
    const seen = new Map<string, boolean>()
    const look = (trainer: Trainer) => {
      for (const [name, { kind }] of Object.entries(lifecycle)) {
        if (kind !== 'series' && !kind.includes('waterfall')) continue
        const hook = trainer.hooks[name as 'setup']
        hook.tap('look', () => {
          seen.set(name, (seen.get(name) ?? true) && Math.random === original)
        })
      }
    }
    const { snapshot } = await traced({ seed: 1, edit: look, interruptAfter: 2 })
    await traced({ seed: 1, edit: look, resumeFrom: snapshot })
    await traced({ seed: 1, edit: look })
    for (const hook of ['configure', 'setup', 'loadState', 'sanityEnd', 'batch', 'gradients'])
      expect(seen.get(hook), hook).toBe(true)
    const replaced = [...seen].filter(([, isOriginal]) => !isOriginal).map(([name]) => name)
    expect(replaced).toEqual(['loss'])
  })

  it('gives nobody else a number out of turn, and takes none from them', async () => {
    let calls = 0
    const ofProcess = () => ++calls / 1e6
    const others: number[] = []
    const draw = (trainer: Trainer) => {
      for (const hook of ['epochStart', 'batchStart', 'batchEnd', 'validationEnd'] as const)
        trainer.hooks[hook].tapPromise('other', async () => {
          others.push(Math.random())
          await null
          others.push(Math.random())
        })
    }
    Math.random = ofProcess
    try {
      await traced({ seed: 1, edit: draw })
      expect(Math.random).toBe(ofProcess)
    } finally {
      Math.random = original
    }
    expect(others.length).toBeGreaterThan(50)
    expect(others).toEqual(others.map((_, index) => (index + 1) / 1e6))
    expect(calls).toBe(others.length)
  })

  it("is the process's own in a run without the plugin", async () => {
    let calls = 0
    Math.random = () => (++calls % 97) / 97
    try {
      await traced({ seed: null, maxEpochs: 1 })
    } finally {
      Math.random = original
    }
    // two initializers, the loader's seed, four masks, and the noise of two sanity batches and two more
    expect(calls).toBe(2 + 1 + 4 + 2 + 2)
  })

  it.each(['module', 'data', 'trainingStep', 'validationStep', 'loader', 'configureOptimizers'])(
    'is put back where %s throws',
    async (part) => {
      let isReplaced = false
      const broken = () => {
        isReplaced = Math.random !== original
        throw new Error('broken on purpose')
      }
      const isBroken = (name: string) => (part === name ? { [name]: broken } : {})
      const loader = { [Symbol.iterator]: () => ({ next: broken }) }
      const net = noisyNet()
      const data = { ...shuffledData(), ...(part === 'loader' ? { train: loader } : {}) }
      const trainer = new Trainer({ maxEpochs: 1, plugins: [seed(1)] })
      const module = {
        ...net,
        ...isBroken('trainingStep'),
        ...isBroken('validationStep'),
        ...isBroken('configureOptimizers'),
      }
      const fit = trainer.fit(
        part === 'module' ? broken : () => module,
        part === 'data' ? broken : () => data,
      )
      await expect(fit).rejects.toThrow(/broken on purpose/)
      expect(isReplaced).toBe(true)
      expect(Math.random).toBe(original)
      net.dispose()
      await trainer.dispose()
      expect(Math.random).toBe(original)
    },
  )

  it('is seeded in an async factory up to its first await', async () => {
    const drawn = async () => {
      const found: number[] = []
      const net = noisyNet()
      const trainer = new Trainer({ maxEpochs: 1, plugins: [seed(1)] })
      await trainer.fit(net, async () => {
        found.push(Math.random())
        await null
        found.push(Math.random === original ? -1 : -2)
        return { train: shuffledRows() }
      })
      net.dispose()
      return found
    }
    const [first, second] = [await drawn(), await drawn()]
    expect(first).toEqual(second)
    expect(first[1]).toBe(-1)
  })
})
