import * as tf from '@tensorflow/tfjs-core'
import { BatchCursor, type DataSource } from './batch-source.js'
import { disposeAll } from './containers.js'
import { located } from './errors.js'
import { FinalMetrics } from './metrics.js'
import type { Run } from './run.js'
import { countersOf } from './run-state.js'
import { MutableStepContext } from './step-context.js'
import type { Outcome } from './stop.js'

const NONE = new FinalMetrics(new Map(), [], 'a prediction')

/** What `predictStep` returns for each batch, one after the other. The caller owns the tensors. */
export async function* predict(run: Run, source: DataSource<unknown>): AsyncGenerator<unknown> {
  const head = { ...countersOf(run.state), stage: run.stage, sanity: false }
  let outcome: Outcome = 'stopped'
  await run.emit('predictStart', head)
  try {
    yield* predictBatches(run, source)
    outcome = run.latch.isInterrupted ? 'interrupted' : 'completed'
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    const payload = { ...head, outcome, metrics: NONE }
    await (outcome === 'failed'
      ? run.emitAfterError('predictEnd', payload)
      : run.emit('predictEnd', payload))
  }
}

async function* predictBatches(run: Run, source: DataSource<unknown>): AsyncGenerator<unknown> {
  const limit = run.options.limitBatches.predict
  const cursor = await BatchCursor.open(source, { epoch: 0, limit, place: 'data.predict' })
  const context = new MutableStepContext(run, false)
  let evaluated = 0
  try {
    for (;;) {
      const next = await cursor.next()
      if (next.done || run.latch.isInterrupted) return
      context.batch = evaluated
      const output = await predictBatch(run, context, next.value, cursor)
      evaluated++
      yield output
      await run.breath.take(performance.now())
    }
  } finally {
    await cursor.close()
  }
}

async function predictBatch(
  run: Run,
  context: MutableStepContext,
  data: unknown,
  cursor: BatchCursor<unknown>,
): Promise<unknown> {
  const payload = (evaluated: number) => ({
    ...countersOf(run.state),
    stage: run.stage,
    sanity: false,
    data,
    loader: undefined,
    evaluated,
    total: cursor.size,
  })
  let output: unknown
  try {
    await run.emit('predictBatchStart', payload(context.batch))
    let outcome: Outcome = 'failed'
    try {
      tf.tidy(() => {
        output = run.module.predictStep?.(data, context)
        return output as tf.TensorContainer
      })
      outcome = 'completed'
    } catch (thrown) {
      const end = { ...payload(context.batch), outcome, metrics: NONE, output }
      await run.emitAfterError('predictBatchEnd', end)
      throw located(thrown, 'REG_MODULE_FAILED', `predictStep failed in batch ${context.batch + 1}`)
    }
    const end = { ...payload(context.batch + 1), outcome, metrics: NONE, output }
    try {
      await run.emit('predictBatchEnd', end)
    } catch (thrown) {
      disposeAll(output)
      throw thrown
    }
    return output
  } finally {
    if (!cursor.isOwner) disposeAll(data)
  }
}
