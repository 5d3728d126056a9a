import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { type LineBatch, type LineModule, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

const data = () => ({ train: lineBatches(3), validation: lineBatches(1) })

describe('a training step that returns', () => {
  const table: {
    what: string
    step: (module: LineModule) => unknown
    code?: string
    text: string | RegExp
  }[] = [
    { what: 'undefined', step: () => undefined, text: 'undefined; expected the loss as a tensor' },
    { what: 'null', step: () => null, text: 'null; expected the loss as a tensor' },
    { what: 'a number', step: () => 3, text: '3; expected the loss as a tensor' },
    { what: 'a string', step: () => 'low', text: '"low"; expected the loss as a tensor' },
    {
      what: 'a promise',
      step: async () => tf.scalar(1),
      text: 'a promise; it must be synchronous',
    },
    {
      what: 'a promise that rejects',
      step: () => Promise.reject(new Error('unseen')),
      text: 'a promise; it must be synchronous',
    },
    {
      what: 'metrics without a loss',
      step: () => ({ accuracy: 1 }),
      text: '{"accuracy":1}; expected the loss',
    },
    {
      what: 'a vector',
      step: ({ w }) => tf.tile(tf.reshape(w, [1]), [4]),
      text: /shape \[4\].*reduce it.*tf\.mean\(loss\)/i,
    },
    {
      what: 'a loss beside a metric that is none',
      step: ({ w }) => ({ loss: tf.mean(w), accuracy: 'high' }),
      code: 'REG_LOG_INVALID',
      text: '"accuracy" was logged with "high"',
    },
    {
      what: 'NaN',
      step: ({ w }) => tf.mul(tf.mean(w), Number.NaN),
      code: 'REG_LOSS_NOT_FINITE',
      text: 'The loss is NaN',
    },
    {
      what: 'Infinity',
      step: ({ w }) => tf.add(tf.mean(w), Number.POSITIVE_INFINITY),
      code: 'REG_LOSS_NOT_FINITE',
      text: 'The loss is Infinity',
    },
    {
      what: 'a loss that depends on no variable',
      step: () => tf.scalar(1),
      code: 'REG_GRADIENT_NONE',
      text: /2 variables.*depends on none of them/,
    },
    {
      what: 'a loss that went through dataSync',
      step: ({ w }) => tf.scalar(w.dataSync()[0] ?? 0),
      code: 'REG_GRADIENT_NONE',
      text: /not with values read from them/,
    },
  ]
  it.each(table)('$what is an error without a leak', async ({ step, code, text }) => {
    const module: LineModule = lineModule({ trainingStep: () => step(module) as tf.Tensor })
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, data()))
      expect(error.code).toBe(code ?? 'REG_STEP_OUTPUT')
      expect(error.message).toMatch(text)
      expect(seen.unpaired()).toEqual([])
      expect(seen.of('batchEnd')).toMatchObject([{ outcome: 'failed', step: 0 }])
      expect(trainer.state.stage).toBe('idle')
    })
    expect([...module.w.dataSync(), ...module.b.dataSync()]).toEqual([0, 0])
    module.dispose()
  })

  it('fine losses goes on: one of shape [1], one beside numbers and tensors', async () => {
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => ({
        loss: tf.reshape(shape.trainingStep(batch, context) as tf.Tensor, [1]),
        number: 1,
        tensor: tf.tensor1d([2]),
      }),
      variables: () => [shape.w, shape.b],
    })
    await withoutLeak(async () => {
      const { metrics } = await lab().trainer.fit(module, { train: lineBatches(2) })
      expect(metrics).toMatchObject({ number: 1, tensor: 2 })
    })
    for (const each of [module, shape]) each.dispose()
  })
})

describe('a step that throws', () => {
  it.each(['trainingStep', 'validationStep', 'testStep', 'predictStep'] as const)(
    '%s: says in which batch, keeps the cause, leaves nothing behind',
    async (step) => {
      const cause = new Error('shapes differ')
      const shape = lineModule()
      const module = lineModule({
        trainingStep: shape.trainingStep,
        variables: () => ({ w: shape.w, b: shape.b }),
        [step]: (_: LineBatch, context: { readonly batch: number }) => {
          const leftBehind = tf.zeros([3])
          if (context.batch === 1) throw cause
          return tf.add(tf.mean(shape.w), tf.sum(leftBehind))
        },
      })
      const { trainer, seen } = lab()
      const run = async () => {
        if (step === 'testStep') return trainer.test(module, lineBatches(3))
        if (step !== 'predictStep') {
          return trainer.fit(module, { train: lineBatches(3), validation: lineBatches(3) })
        }
        for await (const output of trainer.predict(module, lineBatches(3)))
          tf.dispose(output as tf.Tensor)
        return undefined
      }
      await withoutLeak(async () => {
        const error = await rejection(run())
        expect(error).toMatchObject({ code: 'REG_MODULE_FAILED', cause })
        expect(error.message).toContain(`${step} failed in batch 2`)
        expect(error.message).toContain('shapes differ')
      })
      expect(seen.unpaired()).toEqual([])
      expect(seen.of('teardown')).toMatchObject([{ outcome: 'failed' }])
      for (const each of [module, shape]) each.dispose()
    },
  )
})

describe('a validation step that returns', () => {
  it.each([
    {
      what: 'a number',
      output: () => 3,
      code: 'REG_STEP_OUTPUT',
      text: 'validationStep returned 3',
    },
    {
      what: 'a promise',
      output: async () => ({ loss: 1 }),
      code: 'REG_STEP_OUTPUT',
      text: 'validationStep returned a promise; it must be synchronous',
    },
    {
      what: 'a promise that rejects',
      output: () => Promise.reject(new Error('unseen')),
      code: 'REG_STEP_OUTPUT',
      text: 'a promise',
    },
    {
      what: 'a string as metric',
      output: () => ({ acc: 'x' }),
      code: 'REG_LOG_INVALID',
      text: '"val_acc"',
    },
    {
      what: 'a metric of two elements',
      output: () => ({ acc: tf.zeros([2]) }),
      code: 'REG_LOG_INVALID',
      text: 'shape [2]; expected a tensor of one element',
    },
  ])('$what is an error without a leak', async ({ output, code, text }) => {
    const module = lineModule({ validationStep: output as never })
    await withoutLeak(async () => {
      const { trainer, seen } = lab()
      const error = await rejection(trainer.fit(module, data()))
      expect(error.code).toBe(code)
      expect(error.message).toMatch(text)
      expect(seen.unpaired()).toEqual([])
    })
    module.dispose()
  })

  it('NaN is told as it is: only the training loss ends a run', async () => {
    const module = lineModule({ validationStep: () => ({ loss: Number.NaN }) })
    const { metrics } = await lab().trainer.fit(module, data())
    expect(metrics.val_loss).toBeNaN()
    module.dispose()
  })
})

describe('metrics that are asked for', () => {
  it('too late or under a wrong name are errors', async () => {
    const module = lineModule()
    let late: { get(name: string): Promise<number> } | undefined
    const errors: string[] = []
    const reading = plugin('reading', ({ hooks }) => {
      hooks.batchEnd.tapPromise('reading', async ({ metrics }) => {
        late = metrics
        const kept = metrics.get('loss')
        await metrics.get('lss').catch((error) => errors.push(error.message))
        expect(Number.isFinite(await kept)).toBe(true)
      })
      hooks.epochEnd.tapPromise('reading', async () => {
        await late?.get('loss').catch((error) => errors.push(error.code))
      })
    })
    await lab({ plugins: [reading] }).trainer.fit(module, { train: lineBatches(1) })
    expect(errors[0]).toContain('REG_METRIC_MISSING: "lss" was asked for')
    expect(errors[0]).toContain('Did you mean "loss"?')
    expect(errors[1]).toBe('REG_METRIC_RELEASED')
    module.dispose()
  })
})
