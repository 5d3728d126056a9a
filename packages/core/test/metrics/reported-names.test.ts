import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { AutomaticModule, FitData, HookName } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

type Steps = Partial<AutomaticModule<LineBatch>>

/** What a fit of two epochs rejects with, or what it gives. */
async function fitted(
  steps: (line: ReturnType<typeof lineModule>) => Steps,
  plugins = [] as never[],
) {
  const line = lineModule()
  const { variables, trainingStep } = line
  const module = lineModule({ variables, trainingStep, ...steps(line) })
  const data: FitData<LineBatch> = { train: lineBatches(2), validation: lineBatches(2) }
  try {
    return await withoutLeak(() => lab({ maxEpochs: 2, plugins }).trainer.fit(module, data))
  } finally {
    for (const one of [module, line]) one.dispose()
  }
}

const RESERVED = ['epoch', 'step', 'batch', 'samples', 'validations', 'stage', 'time', '__proto__']

describe('a name that says where a value comes from', () => {
  it.each(RESERVED)('is refused where a training step returns it: %s', async (name) => {
    const run = fitted((line) => ({
      trainingStep: (batch, context) =>
        Object.assign(Object.create(null), {
          loss: line.trainingStep(batch, context),
          [name]: 5,
        }) as never,
    }))
    const { code, data, detail } = await rejection(run)
    expect([code, data.metric]).toEqual(['REG_LOG_INVALID', name])
    expect(detail).toContain(JSON.stringify(name))
  })

  it.each(['epoch', 'output'])('is refused where any step logs it: %s', async (name) => {
    const wrong: ((line: ReturnType<typeof lineModule>) => Steps)[] = [
      (line) => ({
        trainingStep: (batch, context) => {
          context.log(name, 5)
          return line.trainingStep(batch, context)
        },
      }),
      () => ({ validationStep: (_, context) => context.log(name, 5) }),
    ]
    for (const steps of wrong)
      expect(await rejection(fitted(steps))).toMatchObject({ code: 'REG_LOG_INVALID' })
  })

  it.each<HookName>(['epochStart', 'batchEnd', 'validationEnd', 'epochEnd'])(
    'is refused where a plugin logs it in %s',
    async (hook) => {
      const logs = plugin('logs', ({ id, hooks, log }) => {
        const tappable = hooks[hook] as { tap(name: string, fn: () => void): void }
        tappable.tap(id, () => log('epoch', 1))
      })
      const error = await rejection(fitted(() => ({}), [logs] as never[]))
      expect(error).toMatchObject({ code: 'REG_LOG_INVALID', plugin: 'logs', hook })
      expect(error.data.metric).toBe('epoch')
    },
  )

  it('is free where a prefix makes another one of it', async () => {
    const { history } = await fitted(() => ({ validationStep: () => ({ epoch: 7 }) }))
    expect(history.map(({ epoch, val_epoch }) => [epoch, val_epoch])).toEqual([
      [0, 7],
      [1, 7],
    ])
  })

  it('is refused in a manual module too', async () => {
    const line = lineModule()
    const module = {
      ...line,
      automaticOptimization: false as const,
      trainingStep: async () => ({ step: 1 }),
    }
    const { code, data } = await rejection(lab().trainer.fit(module, { train: lineBatches(1) }))
    expect([code, data.metric]).toEqual(['REG_LOG_INVALID', 'step'])
    line.dispose()
  })
})

describe('two metrics that would be reported under one name are refused:', () => {
  const cases: Record<string, (line: ReturnType<typeof lineModule>) => Steps> = {
    'training returns what a validation reports': (line) => ({
      trainingStep: (batch, context) => ({
        loss: line.trainingStep(batch, context) as tf.Tensor,
        val_loss: 1,
      }),
    }),
    'both steps log it': (line) => ({
      trainingStep: (batch, context) => {
        context.log('accuracy', 1, { onEpoch: true })
        return line.trainingStep(batch, context)
      },
      validationStep: (_, context) => context.log('accuracy', 0),
    }),
    'a validation logs the name of the training loss': () => ({
      validationStep: (_, context) => context.log('loss', 0),
    }),
    'one has the name of another per epoch': (line) => ({
      trainingStep: (batch, context) => {
        context.log('a', 1, { onStep: true, onEpoch: true })
        return { loss: line.trainingStep(batch, context) as tf.Tensor, a_epoch: 2 }
      },
    }),
    'one that is returned is logged per step and per epoch': (line) => ({
      trainingStep: (batch, context) => {
        context.log('loss', 1, { onStep: true, onEpoch: true, progress: true })
        return line.trainingStep(batch, context)
      },
    }),
  }
  it.each(Object.entries(cases))('%s', async (_, steps) => {
    const { code } = await rejection(fitted(steps))
    expect(code).toBe('REG_LOG_INVALID')
  })

  it('loaders and metrics with a slash', async () => {
    const module = lineModule({
      testStep: (_, { loader }): Record<string, number> =>
        loader === 'b' ? { 'x/a': 1 } : { x: 2 },
    })
    const same = { b: lineBatches(1), 'a/b': lineBatches(1) }
    const { code, data } = await rejection(lab().trainer.test(module, same))
    expect([code, data.taken]).toEqual(['REG_LOG_INVALID', 'test_x/a/b'])
    module.dispose()
  })

  it('says whose the name is', async () => {
    const wrong = cases['training returns what a validation reports'] as () => Steps
    const { data } = await rejection(fitted(wrong))
    expect(data).toEqual({
      metric: 'val_loss',
      source: 'validation',
      taken: 'val_loss',
      other: 'val_loss',
      otherSource: 'training',
    })
  })
})

describe('names of loaders', () => {
  it('may hold a slash', async () => {
    const module = lineModule({ testStep: () => ({ x: 2 }) })
    const loaders = { 'a/b': lineBatches(1), c: lineBatches(1) }
    expect(await lab().trainer.test(module, loaders)).toEqual({ 'test_x/a/b': 2, 'test_x/c': 2 })
    module.dispose()
  })

  it('may not be empty', async () => {
    const module = lineModule()
    const { code } = await rejection(lab().trainer.test(module, { '': lineBatches(1) }))
    expect(code).toBe('REG_DATA_INVALID')
    module.dispose()
  })
})

describe('a metric that a validation logs per step and per epoch', () => {
  const logging = () =>
    lineModule({
      validationStep: ({ x }, context) =>
        context.log('b', tf.mean(tf.square(x)), { onStep: true, onEpoch: true }),
    })

  it.each(['b', 'b_epoch'])('is found in monitor, save and validationEnd as %s', async (name) => {
    const found: Record<string, number> = {}
    const looks = plugin('looks', ({ id, hooks }) => {
      for (const hook of ['monitor', 'save', 'validationEnd'] as const)
        hooks[hook].tapPromise(id, async ({ metrics }) => {
          found[hook] = await metrics.get(name)
        })
    })
    const module = logging()
    const { trainer } = lab({ maxEpochs: 2, plugins: [looks], validateEvery: { epochs: 0.5 } })
    const two = [1, 3].map((x) => ({ x: tf.tensor2d([[x]]), y: tf.tensor2d([[0]]) }))
    const result = await trainer.fit(module, { train: lineBatches(2), validation: two })
    expect(found).toEqual({ monitor: 5, save: 5, validationEnd: 5 })
    expect(result.metrics[name]).toBe(5)
    expect(Object.keys(result.history[0] ?? {})).toEqual(['epoch', 'loss', 'b_epoch'])
    tf.dispose(two as never)
    module.dispose()
  })
})
