import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { definePlugin, type EvaluationOutput } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

interface Labelled {
  readonly x: tf.Tensor2D
  readonly labels: tf.Tensor1D
}

/** Counts rows by true class (row) and predicted class (column), from what the step has computed. */
function confusionMatrix(classes: number) {
  const counts = Array.from({ length: classes }, () => Array<number>(classes).fill(0))
  const kept: tf.Tensor[] = []
  const plugin = definePlugin({
    name: 'confusion-matrix',
    apply({ id, hooks }) {
      for (const hook of ['validationBatchEnd', 'testBatchEnd'] as const)
        hooks[hook].tapPromise(id, async ({ output, data, sanity, outcome }) => {
          if (sanity || outcome !== 'completed') return
          const { scores } = output as { scores: tf.Tensor2D }
          const predicted = tf.tidy(() => tf.argMax(scores, 1))
          const [rows, columns] = [await (data as Labelled).labels.data(), await predicted.data()]
          predicted.dispose()
          rows.forEach((row, index) => {
            const counted = counts[row]
            const column = columns[index]
            if (counted && column !== undefined) counted[column] = (counted[column] ?? 0) + 1
          })
          kept.push(scores)
        })
    },
  })
  return { plugin, counts, kept }
}

/** Seven rows in batches of 3, 3 and 1; the scores are the inputs times 2. */
const ROWS: readonly (readonly [scores: readonly number[], label: number])[] = [
  [[5, 1, 0], 0],
  [[0, 4, 1], 1],
  [[0, 3, 2], 2],
  [[1, 0, 9], 2],
  [[7, 0, 1], 1],
  [[0, 1, 0], 1],
  [[2, 1, 0], 2],
]

function* labelled(): Generator<Labelled> {
  for (let at = 0; at < ROWS.length; at += 3) {
    const rows = ROWS.slice(at, at + 3)
    const x = tf.tensor2d(rows.map(([scores]) => [...scores]))
    yield {
      x,
      labels: tf.tensor1d(
        rows.map(([, label]) => label),
        'int32',
      ),
    }
  }
}

function classifier() {
  let runs = 0
  const w = tf.tidy(() => tf.variable(tf.scalar(2)))
  const step = ({ x, labels }: Labelled) => {
    runs++
    const scores = tf.mul(x, w)
    return { loss: tf.mean(scores), rows: labels.size, output: { scores, about: 'rows' } }
  }
  return {
    trainingStep: ({ x }: Labelled) => tf.mean(tf.mul(x, w)),
    validationStep: step,
    testStep: step,
    variables: () => ({ w }),
    configureOptimizers: () => tf.train.sgd(0),
    runs: () => runs,
    dispose: () => w.dispose(),
  }
}

describe('the output of an evaluation step', () => {
  it.each(['validate', 'test'] as const)(
    'makes a confusion matrix of all rows in %s, without a second run of the model',
    async (stage) => {
      const module = classifier()
      await withoutLeak(async () => {
        const { plugin, counts, kept } = confusionMatrix(3)
        const { trainer } = lab({ plugins: [plugin] })
        const metrics = await trainer[stage](module, () => labelled())
        expect(counts).toEqual([
          [1, 0, 0],
          [1, 2, 0],
          [1, 1, 1],
        ])
        expect(module.runs()).toBe(3)
        const prefix = stage === 'test' ? 'test_' : 'val_'
        expect(Object.keys(metrics)).toEqual([`${prefix}loss`, `${prefix}rows`])
        expect(kept.map(({ isDisposed }) => isDisposed)).toEqual([true, true, true])
      })
      module.dispose()
    },
  )

  it('does so in each validation of a fit, and in the sanity check', async () => {
    const module = classifier()
    await withoutLeak(async () => {
      const { plugin, counts } = confusionMatrix(3)
      const { trainer, seen } = lab({ maxEpochs: 2, sanityBatches: 2, plugins: [plugin] })
      await trainer.fit(module, { train: () => labelled(), validation: () => labelled() })
      expect(counts.flat().reduce((sum, one) => sum + one)).toBe(14)
      const outputs = seen.of('validationBatchEnd').map(({ output }) => output)
      expect(outputs).toHaveLength(2 + 3 + 3)
      expect(outputs.every((one) => (one as { about?: string }).about === 'rows')).toBe(true)
    })
    module.dispose()
  })

  it('is undefined where the step returned none, and in a step that failed', async () => {
    const outputs: unknown[] = []
    const watches = plugin('watches', ({ id, hooks }) => {
      hooks.testBatchEnd.tap(id, ({ output }) => void outputs.push(output))
    })
    const results: (() => EvaluationOutput)[] = [
      () => tf.scalar(1),
      () => ({ loss: 1 }),
      () => undefined,
      () => {
        throw new Error('the step failed')
      },
    ]
    for (const testStep of results) {
      const module = lineModule({ testStep })
      await withoutLeak(() =>
        lab({ plugins: [watches] })
          .trainer.test(module, lineBatches(1))
          .catch(() => undefined),
      )
      module.dispose()
    }
    expect(outputs).toEqual([undefined, undefined, undefined, undefined])
  })

  const containers: Record<string, (scores: tf.Tensor) => unknown> = {
    'a tensor': (scores) => scores,
    'a list': (scores) => [scores, [scores.clone()]],
    'a map': (scores) => new Map([['scores', scores]]),
    'a set': (scores) => new Set([scores]),
    'a record with values and typed arrays': (scores) => ({
      a: { b: scores },
      ids: new Int32Array(3),
      none: null,
    }),
    'no tensor': () => 'text',
  }
  it.each(Object.entries(containers))('may be %s, and leaves nothing', async (_, make) => {
    let seen: unknown
    let wasAlive = true
    const watches = plugin('watches', ({ id, hooks }) => {
      hooks.testBatchEnd.tapPromise(id, async ({ output }) => {
        await Promise.resolve()
        seen = output
        wasAlive &&= tensorsIn(output).every(({ isDisposed }) => !isDisposed)
      })
    })
    const module = lineModule({ testStep: ({ x }) => ({ output: make(tf.mul(x, 2)) }) })
    await withoutLeak(() => lab({ plugins: [watches] }).trainer.test(module, lineBatches(2)))
    expect(wasAlive).toBe(true)
    expect(tensorsIn(seen).every(({ isDisposed }) => isDisposed)).toBe(true)
    module.dispose()
  })

  it('may hold tensors of the batch and of the module, which stay theirs', async () => {
    const labels = { x: tf.ones([2, 1]), y: tf.ones([2, 1]) } as never
    const cached = tf.scalar(1)
    const module = lineModule()
    const holding = {
      ...module,
      testStep: (batch: { x: tf.Tensor }) => ({
        output: [batch.x, module.w, cached, tf.keep(tf.mul(cached, 3)), tf.mul(cached, 2)],
      }),
    } as never
    const outputs: tf.Tensor[][] = []
    const watches = plugin('watches', ({ id, hooks }) => {
      hooks.testBatchEnd.tap(id, ({ output }) => void outputs.push(output as tf.Tensor[]))
    })
    await lab({ plugins: [watches] }).trainer.test(holding, [labels])
    const alive = outputs[0]?.map(({ isDisposed }) => !isDisposed)
    expect(alive).toEqual([true, true, true, true, false])
    tf.dispose([labels, cached, outputs[0]?.[3] as tf.Tensor])
    module.dispose()
  })

  const failures: Record<string, (fails: () => never) => unknown> = {
    'a tap of its hook': () => undefined,
    'a metric beside it': () => 'no number',
  }
  it.each(Object.keys(failures))('leaves nothing where %s fails', async (place) => {
    const isTap = place === 'a tap of its hook'
    const fails = plugin('fails', ({ id, hooks }) => {
      hooks.testBatchEnd.tap(id, () => {
        if (isTap) throw new Error('the tap failed')
      })
    })
    const testStep = ({ x }: { x: tf.Tensor }): EvaluationOutput => ({
      output: tf.mul(x, 2),
      late: isTap ? 1 : ('no number' as never),
    })
    const module = lineModule({ testStep })
    await withoutLeak(async () => {
      const run = lab({ plugins: [fails] }).trainer.test(module, lineBatches(2))
      const { code } = await rejection(run)
      expect(code).toBe(isTap ? 'REG_HOOK_FAILED' : 'REG_LOG_INVALID')
    })
    module.dispose()
  })

  it('is not in streams', async () => {
    const module = lineModule({ testStep: ({ x }) => ({ output: tf.mul(x, 2), rows: 1 }) })
    const { trainer } = lab()
    const keys: string[][] = []
    trainer.on('testBatchEnd').subscribe((event) => void keys.push(Object.keys(event)))
    await trainer.test(module, lineBatches(1))
    expect(keys).toHaveLength(1)
    expect(keys[0]).not.toContain('output')
    expect(keys[0]).not.toContain('data')
    module.dispose()
  })
})

describe('predictStep', () => {
  it('may return tensors of its batch, which are then the caller’s', async () => {
    const module = lineModule({ predictStep: ({ x, y }) => ({ doubled: tf.mul(x, 2), y }) })
    await withoutLeak(async () => {
      for await (const output of lab().trainer.predict(module, lineBatches(2))) {
        const { doubled, y } = output as { doubled: tf.Tensor; y: tf.Tensor }
        expect([doubled.isDisposed, y.isDisposed]).toEqual([false, false])
        tf.dispose([doubled, y])
      }
    })
    module.dispose()
  })
})

function tensorsIn(value: unknown): tf.Tensor[] {
  if (value instanceof tf.Tensor) return [value]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  const items = value instanceof Map || value instanceof Set ? [...value.values()] : value
  return Object.values(items).flatMap(tensorsIn)
}
