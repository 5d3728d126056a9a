import * as tf from '@tensorflow/tfjs-core'
import { sizeOfBatch } from './batch-size.js'
import { BatchCursor, type DataSources, namedSources } from './batch-source.js'
import { disposeAll, isTensor, isThenable } from './containers.js'
import { located, RegimenError } from './errors.js'
import { MetricLog } from './metric-log.js'
import { finalMetrics } from './metrics.js'
import { quote } from './nearest.js'
import type { Run } from './run.js'
import { at } from './run-state.js'
import type { Outcome } from './stop.js'

/** What is evaluated. */
export interface Evaluation {
  readonly kind: 'validation' | 'test' | 'predict'
  readonly sources: DataSources<unknown>
  /** Batches of each loader at most; a share of them in (0, 1). */
  readonly limit: number
  /** Batches of each loader at most, whatever the limit says: it is a sanity check. */
  readonly cap?: number
  /** Called where the signal interrupted it, before any end hook. */
  readonly onInterrupted?: () => Promise<void>
}

/** How an evaluation went: its metrics by their final names. */
export interface EvaluationResult {
  readonly isInterrupted: boolean
  readonly values: ReadonlyMap<string, number>
}

const STEPS = { validation: 'validationStep', test: 'testStep', predict: 'predictStep' } as const
const PREFIXES = { validation: 'val_', test: 'test_', predict: '' } as const

/** Runs a validation or a test over all its loaders. Its metrics are means weighted by batch size. */
export async function evaluate(run: Run, evaluation: Evaluation): Promise<EvaluationResult> {
  const batches = evaluateBatches(run, evaluation)
  for (;;) {
    const { done, value } = await batches.next()
    if (done) return value
  }
}

/** The same, giving what each step of a prediction returned; the caller owns its tensors. */
export async function* evaluateBatches(
  run: Run,
  evaluation: Evaluation,
): AsyncGenerator<unknown, EvaluationResult, undefined> {
  const { kind, cap, onInterrupted } = evaluation
  const { state } = run
  const sanity = cap !== undefined
  const head = () => at(state, { stage: run.parts.stage, sanity })
  const log = new MetricLog('evaluation')
  let isOver = false
  let hasFailed = false
  await run.emit(`${kind}Start`, head())
  try {
    run.activeLog = log
    yield* runLoaders(run, evaluation, log)
    await log.flush()
    isOver = true
    if (run.isInterrupted) await onInterrupted?.()
  } catch (thrown) {
    hasFailed = true
    throw thrown
  } finally {
    if (!isOver || hasFailed) {
      log.dispose()
      run.activeLog = undefined
      const outcome: Outcome = hasFailed ? 'failed' : 'stopped'
      const metrics = finalMetrics(new Map(), [], 'what did not end')
      await run.emitAfterError(`${kind}End`, { ...head(), outcome, metrics })
    }
  }
  const { isInterrupted } = run
  const isCounted = kind === 'validation' && !sanity && !isInterrupted
  if (isCounted) state.validations++
  const { metrics } = log.finish(isCounted ? `validation ${state.validations}` : `the ${kind}`)
  const outcome = isInterrupted ? 'interrupted' : 'completed'
  await run.emit(`${kind}End`, { ...head(), outcome, metrics })
  const values = await log.reported()
  run.activeLog = undefined
  if (kind !== 'predict' && !isInterrupted && !sanity) {
    const content = { kind: 'metrics', source: kind, interval: 'epoch' } as const
    await run.record({ ...content, values: Object.fromEntries(values) })
  }
  return { isInterrupted, values }
}

async function* runLoaders(run: Run, evaluation: Evaluation, log: MetricLog) {
  const { kind, sources, limit, cap } = evaluation
  let evaluated = 0
  for (const { name, source, place } of namedSources(sources, `data.${kind}`)) {
    const { epoch } = run.state
    const cursor = await BatchCursor.open(source, { epoch, limit, cap, place })
    const context = run.stepContext(false, name)
    log.suffix = name === undefined ? '' : `/${name}`
    try {
      for (;;) {
        const { done, value } = await cursor.next()
        if (done) break
        context.batch = evaluated
        const output = await runBatch(run, evaluation, {
          log,
          context,
          data: value,
          cursor,
          evaluated,
        })
        evaluated++
        if (kind === 'predict') yield output
        if (log.isFull) await log.flush()
        await run.breath.take(performance.now())
        if (run.isInterrupted) return
      }
    } finally {
      await cursor.close()
    }
    if (cursor.taken > 0) continue
    const advice =
      'give a function that makes one, or something with a [Symbol.iterator] that begins anew'
    const text = `${place} gave no batch. An iterator can be gone through only once: ${advice}.`
    throw new RegimenError('REG_DATA_EMPTY', text)
  }
}

interface EvaluationBatch {
  readonly log: MetricLog
  readonly context: ReturnType<Run['stepContext']>
  readonly data: unknown
  readonly cursor: BatchCursor
  readonly evaluated: number
}

async function runBatch(run: Run, { kind, cap }: Evaluation, batch: EvaluationBatch) {
  const { log, context, data, cursor } = batch
  const sanity = cap !== undefined
  const { loader } = context
  const { stage } = run.parts
  const head = (evaluated: number) =>
    at(run.state, { stage, sanity, data, loader, evaluated, total: cursor.size })
  let output: unknown
  try {
    log.stamp++
    log.samples = sizeOfBatch(data)
    await run.emit(`${kind}BatchStart`, head(batch.evaluated))
    try {
      output = callStep(run, kind, batch)
    } catch (thrown) {
      const metrics = log.step('the failed step')
      const end = { ...head(batch.evaluated), outcome: 'failed' as const, metrics, output }
      await run.emitAfterError(`${kind}BatchEnd`, end)
      throw located(
        thrown,
        'REG_MODULE_FAILED',
        `${STEPS[kind]} failed in batch ${context.batch + 1}`,
      )
    }
    const metrics = log.step('this step')
    const end = { ...head(batch.evaluated + 1), outcome: 'completed' as const, metrics, output }
    await run.emit(`${kind}BatchEnd`, end)
    if (kind !== 'predict' && !sanity) await recordStep(run, kind, log)
    metrics.release()
    return output
  } catch (thrown) {
    disposeAll(output)
    throw thrown
  } finally {
    if (!cursor.isOwner) disposeAll(data)
  }
}

function callStep(
  run: Run,
  kind: Evaluation['kind'],
  { log, context, data }: EvaluationBatch,
): unknown {
  const step = STEPS[kind]
  let output: unknown
  tf.tidy(() => {
    output = run.parts.module[step]?.(data, context)
    if (kind === 'predict') return output as tf.TensorContainer
    if (isTensor(output)) log.returned(`${PREFIXES[kind]}loss`, output)
    else if (typeof output === 'object' && output !== null && !isThenable(output)) {
      for (const [name, value] of Object.entries(output)) log.returned(PREFIXES[kind] + name, value)
    } else if (output !== undefined) {
      const found = isThenable(output) ? 'a promise; it must be synchronous' : quote(output)
      const text = `${step} returned ${found}. Return metrics by name, the loss, or nothing.`
      throw new RegimenError('REG_STEP_OUTPUT', text)
    }
    output = undefined
    return []
  })
  return output
}

async function recordStep(run: Run, source: 'validation' | 'test', log: MetricLog): Promise<void> {
  if (!run.hasRecordReaders) return
  const values = await log.stepValues()
  if (Object.keys(values).length === 0) return
  const step = run.evaluationSteps[source]++
  await run.record({ kind: 'metrics', source, interval: 'step', values }, { step })
}
