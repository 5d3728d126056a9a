import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, thrownBy, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

describe('errors of plugins', () => {
  it('C168: an error in fitStart, validationStart, testStart, predictStart is observed once each and thrown', async () => {
    const module = lineModule()
    let observed = 0
    const thrower = plugin('thrower', ({ hooks }) => {
      for (const name of ['fitStart', 'validationStart', 'testStart', 'predictStart'] as const) {
        hooks[name].tap('thrower', () => {
          throw new Error(`from ${name}`)
        })
      }
      hooks.error.tap('thrower', () => void observed++)
    })
    await withoutLeak(async () => {
      const { trainer } = lab({ plugins: [thrower] })
      const runs = {
        fitStart: () => trainer.fit(module, { train: lineBatches(2) }),
        validationStart: () => trainer.validate(module, lineBatches(2)),
        testStart: () => trainer.test(module, lineBatches(2)),
        predictStart: () => trainer.predict(module, lineBatches(2)).next(),
      }
      let count = 0
      for (const [hook, run] of Object.entries(runs)) {
        const error = await rejection(run())
        expect(error).toMatchObject({ code: 'REG_HOOK_FAILED', plugin: 'thrower', hook })
        expect(error.message).toContain(`from ${hook}`)
        expect(observed).toBe(++count)
      }
      expect(trainer.state.stage).toBe('idle')
    })
    module.dispose()
  })

  it('C170: after an error in fitStart error and teardown come once, with the first cause', async () => {
    const module = lineModule()
    const cause = new Error('no room')
    const thrower = plugin('thrower', ({ hooks }) => {
      hooks.fitStart.tap('thrower', () => {
        throw cause
      })
    })
    const { trainer, seen } = lab({ plugins: [thrower] })
    const error = await rejection(trainer.fit(module, { train: lineBatches(2) }))
    expect(error.cause).toBe(cause)
    expect(seen.of('error').map((payload) => payload.error)).toEqual([error])
    expect(seen.of('teardown')).toMatchObject([{ stage: 'fit', outcome: 'failed' }])
    module.dispose()
  })

  it('C175: two plugins whose states would have one name are refused', async () => {
    const stateful = () => plugin('counter', () => ({ saveState: () => 1 }))
    const error = await thrownBy(() => new Trainer({ plugins: [stateful(), stateful()] }))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_DUPLICATE', plugin: 'counter' })
    expect(error.message).toContain('counter({ id: "counter-2"')
    new Trainer({ plugins: [stateful(), plugin('counter', () => undefined, { id: 'counter-2' })] })
  })
})

describe('errors of modules and options', () => {
  it.each(['trainingStep', 'configureOptimizers', 'variables'] as const)(
    'C179: a module without %s is an error before anything runs',
    async (part) => {
      const module = lineModule({ [part]: undefined } as never)
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, { train: lineBatches(2) }))
      expect(error.code).toBe('REG_MODULE_INVALID')
      expect(error.message).toContain(`needs a function "${part}" for fit; it has none`)
      expect(seen.names).toEqual(['error', 'teardown'])
      module.dispose()
    },
  )

  it.each([
    { has: 'validation data', lacks: 'no validationStep', data: () => lineBatches(2) },
    { has: 'a validationStep', lacks: 'no validation data', step: () => undefined, level: 'info' },
    {
      has: 'validateEvery',
      lacks: 'no validation data',
      step: () => undefined,
      options: { validateEvery: { epochs: 1 } },
    },
  ])('C179: $has and $lacks is only a notice', async ({ lacks, step, data, options, level }) => {
    const module = lineModule({ validationStep: step })
    const { trainer } = lab(options)
    const levels: string[] = []
    trainer.on('report').subscribe(({ level, message }) => {
      if (message.includes(lacks.slice(3))) levels.push(level)
    })
    await trainer.fit(module, { train: lineBatches(2), validation: data?.() })
    expect(levels).toEqual([level ?? 'warn'])
    expect(trainer.state.validations).toBe(0)
    module.dispose()
  })

  it('C180: an unknown option is an error that lists the known ones', async () => {
    const error = await thrownBy(() => new Trainer({ abcdefg: 1 } as never))
    expect(error.code).toBe('REG_OPTION_UNKNOWN')
    expect(error.message).toContain('Trainer: "abcdefg" is not known')
    expect(error.message).toContain('"maxEpochs", "minEpochs", "maxSteps"')
    const near = await thrownBy(() => new Trainer({ maxEpoch: 1 } as never))
    expect(near.message).toContain('Did you mean "maxEpochs"?')
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'C186: a loss that becomes %s in batch 8 is an error, and all weights are still finite',
    async (bad) => {
      const shape = lineModule()
      const module = lineModule({
        trainingStep: (batch, context) => {
          const loss = shape.trainingStep(batch, context) as tf.Scalar
          return context.batch === 7 ? tf.mul(loss, bad) : loss
        },
        variables: () => ({ w: shape.w, b: shape.b }),
      })
      await withoutLeak(async () => {
        const { trainer, seen } = lab()
        const error = await rejection(trainer.fit(module, { train: lineBatches(10) }))
        expect(error.code).toBe('REG_LOSS_NOT_FINITE')
        expect(error.message).toContain(`The loss is ${bad}`)
        expect(error.message).toContain('in batch 8 of epoch 1, after 7 steps')
        expect([...shape.w.dataSync(), ...shape.b.dataSync()].every(Number.isFinite)).toBe(true)
        expect(seen.of('save')).toEqual([])
        expect(seen.unpaired()).toEqual([])
      })
      for (const each of [module, shape]) each.dispose()
    },
  )

  it('C186: a weight that became NaN is found in the loss of the next batch, before any save', async () => {
    const module = lineModule()
    const breaker = plugin('breaker', ({ hooks }) => {
      hooks.batchEnd.tap('breaker', ({ batch }) => {
        if (batch === 3) tf.tidy(() => void module.w.assign(tf.tensor2d([[Number.NaN]])))
      })
    })
    const { trainer, seen } = lab({ plugins: [breaker] })
    const error = await rejection(trainer.fit(module, { train: lineBatches(10) }))
    expect(error.code).toBe('REG_LOSS_NOT_FINITE')
    expect(error.message).toContain('in batch 4 of epoch 1')
    expect(seen.of('save')).toEqual([])
    module.dispose()
  })
})
