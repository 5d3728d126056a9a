import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import {
  definePlugin,
  type HookName,
  lifecycle,
  type ManualModule,
  type Plugin,
  Trainer,
} from '../../src/index.js'
import { onCpu, rejection } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'
import { live, throughText } from '../helpers/lives.js'
import { shuffledLine } from '../helpers/shuffled.js'

onCpu()

const hooks = Object.entries(lifecycle)
  .filter(
    ([name, { kind }]) =>
      kind !== 'stream' &&
      kind !== 'wrap' &&
      !/^(test|predict|error|saveState|loadState)/.test(name),
  )
  .map(([name]) => name as HookName)

const REFUSED: Readonly<Partial<Record<HookName, RegExp>>> = {
  configure: /nothing to save before a fit/,
  setup: /before the run had its state/,
  sanityStart: /in the sanity check/,
  sanityEnd: /in the sanity check/,
  stepEnd: /failed after weights had been changed.*Resume from one that was taken in save/,
}

describe('after an error in a hook', () => {
  it.each(hooks)(
    '%s the state in "error" is resumed to the bit, or there is none',
    async (hook) => {
      const whole = await live()
      const { calls } = await live({ at: { hook, call: -1 } })
      for (let call = 1; call <= Math.min(calls, 8); call++) {
        const failed = await live({ at: { hook, call }, act: 'throw' })
        expect(failed.end.result).toMatch('the power is gone')
        if (failed.refused) {
          const isSanity = /in the sanity check/.test(failed.refused.message)
          if (!isSanity) expect(failed.refused.message).toMatch(REFUSED[hook] ?? /never/)
          continue
        }
        expect(REFUSED[hook]).toBeUndefined()
        const resumed = await live({ resumeFrom: failed.saved })
        expect(resumed.end, `call ${call}`).toEqual(whole.end)
      }
    },
  )

  it('after weights were changed names the newest state that was saved', async () => {
    const { refused } = await live({ at: { hook: 'stepEnd', call: 6 }, act: 'throw' })
    expect(refused).toMatchObject({ code: 'REG_BUSY', data: { batch: 2, epoch: 2 } })
    expect(refused?.message).toContain('The newest is that after step 4.')
    const early = await live({ at: { hook: 'stepEnd', call: 1 }, act: 'throw' })
    expect(early.refused?.message).toContain('There was none yet: begin anew.')
  })
})

/** Two optimizers that a module steps by itself; it may fail between the two. */
function twoSteps(failsAt?: number) {
  let batches = 0
  const g = tf.tidy(() => tf.variable(tf.scalar(1)))
  const d = tf.tidy(() => tf.variable(tf.scalar(2)))
  const module: ManualModule<LineBatch> = {
    automaticOptimization: false,
    async trainingStep({ x }, { optimize }) {
      batches++
      const loss = (one: tf.Variable) => () => tf.mean(tf.square(tf.sub(tf.mul(x, one), 0.5)))
      await optimize('g', loss(g), { variables: [g] })
      if (batches === failsAt) throw new Error('the power is gone')
      await optimize('d', loss(d), { variables: [d] })
    },
    variables: () => ({ g, d }),
    configureOptimizers: () => ({ g: tf.train.adam(0.1), d: tf.train.momentum(0.1, 0.9) }),
  }
  return { module, dispose: () => tf.dispose([g, d]) }
}

describe('after an error between two optimizers', () => {
  it.each([1, 5])(
    'in batch %d no state is offered that would do the first step twice',
    async (at) => {
      const { module, dispose } = twoSteps(at)
      const trainer = new Trainer({ maxEpochs: 3 })
      const codes: string[] = []
      trainer.hooks.error.tapPromise('test', async () => {
        codes.push((await rejection(trainer.snapshot())).message)
      })
      await rejection(trainer.fit(module, { train: lineBatches(4) }))
      expect(codes.join()).toMatch(
        /REG_BUSY: Batch 1 of epoch \d failed after weights had been changed/,
      )
      dispose()
    },
  )
})

/** Counts calls of a hook in its state. */
function counter(hook: 'batchStart' | 'gradients' | 'batchEnd', seen: { count: number }): Plugin {
  return definePlugin({
    name: 'counter',
    apply({ hooks }) {
      hooks.setup.tap('counter', () => {
        seen.count = 0
      })
      hooks[hook as 'batchStart'].tap('counter', () => void seen.count++)
      return {
        saveState: () => ({ count: seen.count }),
        loadState(saved: { count: number }) {
          seen.count = saved.count
        },
      }
    },
  })
}

describe('a plugin that keeps state', () => {
  it.each(['batchStart', 'gradients'] as const)(
    'and changed it in %s of the batch that failed is not told of it twice: there is no state',
    async (hook) => {
      const seen = { count: 0 }
      const life = { plugins: [counter(hook, seen)] }
      const { refused } = await live({ ...life, at: { hook: 'stepStart', call: 6 }, act: 'throw' })
      expect(refused?.message).toMatch(/plugins that keep state had received it, "counter"/)
    },
  )

  it('and only looked on in the batch that failed does not stand in the way', async () => {
    const whole = await live()
    const looks = definePlugin({
      name: 'looks',
      apply({ hooks }) {
        hooks.batchStart.tap('looks', () => {})
        return { saveState: () => ({ of: 'interest' }), loadState: () => {} }
      },
    })
    const at = { hook: 'stepStart', call: 6 } as const
    const { saved } = await live({ plugins: [looks], at, act: 'throw' })
    expect((await live({ plugins: [looks], resumeFrom: saved })).end).toEqual(whole.end)
  })

  it('and counts in batchEnd has counted the batch before which another one failed', async () => {
    const [seen, again] = [{ count: 0 }, { count: 0 }]
    const at = { hook: 'batchEnd', call: 6 } as const
    const { saved } = await live({ plugins: [counter('batchEnd', seen)], at, act: 'throw' })
    await live({ plugins: [counter('batchEnd', again)], resumeFrom: saved })
    expect(again.count).toBe(12)
  })

  it('and fails itself in batchEnd leaves no state, since it may have missed the batch', async () => {
    const fails = definePlugin({
      name: 'fails',
      apply({ hooks, state }) {
        hooks.batchEnd.tap('fails', () => {
          if (state.step === 5) throw new Error('on purpose')
        })
        return { saveState: () => 1, loadState: () => {} }
      },
    })
    const trainer = new Trainer({ maxEpochs: 3, plugins: [fails] })
    const module = lineModule()
    await rejection(trainer.fit(module, { train: shuffledLine(4) }))
    await expect(trainer.snapshot()).rejects.toThrow(/"fails" keeps state and failed in batchEnd/)
    module.dispose()
  })

  it('is told of a batch before a snapshot in batchEnd, which is refused until then', async () => {
    const seen = { count: 0 }
    const trainer = new Trainer({ maxEpochs: 1, plugins: [counter('batchEnd', seen)] })
    const module = lineModule()
    trainer.hooks.batchEnd.tapPromise('test', async () => {
      const error = await rejection(trainer.snapshot())
      expect(error.message).toMatch(
        /in batchEnd before these plugins that keep state.*"counter".*save/,
      )
      expect(error.data).toEqual({ hook: 'batchEnd', plugins: ['counter'] })
    })
    await trainer.fit(module, { train: lineBatches(1) })
    module.dispose()
  })
})

describe('weights that somebody changed in between', () => {
  it('in a forward pass that failed are no state before the batch', async () => {
    let batches = 0
    const line = lineModule()
    const module = lineModule({
      trainingStep(batch, context) {
        // As batch normalization does with its moving averages.
        module.w.assign(tf.add(module.w, 1))
        if (++batches === 2) throw new Error('the power is gone')
        return line.trainingStep(batch, context)
      },
      variables: () => ({ moving: module.w, w: line.w, b: line.b }),
    })
    const trainer = new Trainer({ maxEpochs: 1 })
    await rejection(trainer.fit(module, { train: lineBatches(3) }))
    await expect(trainer.snapshot()).rejects.toThrow(/failed after weights had been changed/)
    line.dispose()
    module.dispose()
  })

  it('as by a test of another checkpoint end the state of the fit', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 1 })
    await trainer.fit(module, { train: lineBatches(3) })
    const checkpoint = throughText(await trainer.snapshot())
    await trainer.test(module, lineBatches(1))
    await trainer.snapshot()
    await trainer.test(module, lineBatches(1), { checkpoint })
    await expect(trainer.snapshot()).rejects.toThrow(/REG_NOT_RUNNING.*for test\(\)/)
    module.dispose()
  })

  it('in an unawaited snapshot are seen', async () => {
    const module = lineModule()
    const trainer = new Trainer({ maxEpochs: 2 })
    const asked: Promise<unknown>[] = []
    trainer.hooks.batchEnd.tap('test', () => {
      asked.push(trainer.snapshot().catch((error: Error) => error.message))
    })
    await trainer.fit(module, { train: lineBatches(3) })
    const found = await Promise.all(asked)
    expect(found.length).toBe(6)
    for (const one of found.filter((value) => typeof value === 'string'))
      expect(one).toMatch(/REG_BUSY.*(while a snapshot was copied|in the middle of a step)/)
    module.dispose()
  })
})
