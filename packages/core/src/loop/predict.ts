import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { DataSource } from '../data/batch-source.js'
import { disposeAll, forEachTensor } from '../data/containers.js'
import { located } from '../floor/errors.js'
import { MetricLog } from '../metrics/metric-log.js'
import type { MutableStepContext, Session } from '../run/session.js'
import type { StageResult } from '../run/stage.js'
import { withCounters } from '../state/run-state.js'
import type { Outcome } from '../state/stop-reason.js'
import { nextId } from '../state/tensor-data.js'
import { type EvaluationBatch, EvaluationBatches } from './evaluation-batches.js'
import { madeSince, type StepResult } from './evaluation-step.js'
import { explaining } from './tfjs-errors.js'

/** How a prediction went. */
export interface Predicted {
  readonly outcome: Outcome
  /** Batches done. */
  readonly batches: number
}

const resultOf = (outcome: Outcome, batches: number): StageResult<Predicted> => ({
  outcome,
  result: { outcome, batches },
})

/** A prediction in progress. */
interface PredictionRun {
  readonly session: Session
  /** Stays empty: a prediction cannot log. */
  readonly log: MetricLog
  readonly context: MutableStepContext
  readonly batches: EvaluationBatches
}

/**
 * Yields what the step returns for each batch, awaited; the caller owns its tensors. Once the signal is
 * aborted, no further batch is used.
 *
 * @returns how it went
 */
export async function* predict(
  session: Session,
  source: DataSource<unknown>,
): AsyncGenerator<unknown, StageResult<Predicted>> {
  const { state, hooks, options, stage } = session
  if (options.limitBatches.predict === 0) return resultOf('skipped', 0)
  const log = new MetricLog({ source: 'test', names: session.metricNames })
  const context = session.stepContext(false)
  const data = { kind: 'predict', sources: source, cap: Infinity } as const
  const run: PredictionRun = {
    session,
    log,
    context,
    batches: new EvaluationBatches(session, data),
  }
  const payload = { stage, sanity: false }
  // The outcome if the caller takes no more batches.
  let outcome: Outcome = 'stopped'
  try {
    await hooks.emit('predictStart', withCounters(state, { ...payload }))
    yield* predictAll(run)
    outcome = session.signal.aborted ? 'interrupted' : 'completed'
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    const metrics = log.finish('the prediction')
    const ended = withCounters(state, { ...payload, outcome, metrics })
    if (outcome === 'failed') await hooks.emitAfterError('predictEnd', ended)
    else await hooks.emit('predictEnd', ended)
  }
  return resultOf(outcome, context.batch)
}

async function* predictAll(run: PredictionRun): AsyncGenerator<unknown, void> {
  const { session, batches } = run
  try {
    for (let batch = await batches.next(); batch; batch = await batches.next()) {
      yield await predictBatch(run, batch)
      await session.giveWay(performance.now())
    }
  } finally {
    await batches.close()
  }
}

/** Predicts one batch: start hook, step, end hook. @returns what the step returned; the caller owns it */
async function predictBatch(
  run: PredictionRun,
  { data, isOwned }: EvaluationBatch,
): Promise<unknown> {
  const { session, log, context, batches } = run
  const { hooks, state, stage } = session
  const { loader, size: total } = batches
  context.loader = loader
  const common = { data, stage, loader, total, sanity: false }
  let step: StepResult = { output: undefined, owned: [] }
  let isReturned = false
  try {
    log.begin(data)
    try {
      const payload = { ...common, evaluated: context.batch }
      await hooks.emit('predictBatchStart', withCounters(state, payload))
      step = await callStep(run, data)
      log.commit()
    } catch (thrown) {
      const metrics = log.step('the failed step')
      const failed = { outcome: 'failed' as const, metrics, output: step.output }
      const payload = { ...common, evaluated: context.batch, ...failed }
      await hooks.emitAfterError('predictBatchEnd', withCounters(state, payload))
      const what = `predictStep failed in batch ${context.batch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', what)
    }
    context.batch++
    const metrics = log.step('this step')
    const completed = { outcome: 'completed' as const, metrics, output: step.output }
    const payload = { ...common, evaluated: context.batch, ...completed }
    await hooks.emit('predictBatchEnd', withCounters(state, payload))
    metrics.isReleased = true
    isReturned = true
    return step.output
  } finally {
    if (!isReturned) disposeAll(step.owned)
    if (!isOwned) disposeAll(data, isReturned ? step.output : undefined)
  }
}

/** Calls a predictStep, which may be asynchronous. */
async function callStep(
  { session, context }: PredictionRun,
  data: unknown,
): Promise<StepResult> {
  const { module, hooks } = session
  const firstId = nextId()
  const output = await callPredictStep(() =>
    hooks.userCodeWrappers.run('evaluation', 0, () =>
      module.predictStep?.(data, context),
    ),
  )
  return { output, owned: madeSince(firstId, output) }
}

/**
 * Calls a `predictStep`, which may be asynchronous. The caller owns what it returns. Other tensors that
 * it made are disposed of; if it is asynchronous, those made up to its first `await`.
 */
export async function callPredictStep(step: () => unknown): Promise<unknown> {
  const engine = tf.engine()
  engine.startScope('predictStep')
  let output: unknown
  let made: Tensor[] = []
  try {
    output = explaining(step)
    if (isPromise(output))
      made = engine.state.activeScope.track.filter(({ kept }) => !kept)
  } catch (thrown) {
    engine.endScope()
    throw thrown
  }
  engine.endScope(isPromise(output) ? made : (output as tf.TensorContainer))
  if (!isPromise(output)) return output
  try {
    const awaited = await output
    forEachTensor(awaited, (tensor) => {
      made = made.filter(({ id }) => id !== tensor.id)
    })
    return awaited
  } finally {
    disposeAll(made)
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value
