import * as tf from '@tensorflow/tfjs-core'
import { BatchCursor, type DataSources, openedSources } from './batch-source.js'
import { disposeAll, forget, isTensor, isThenable, sizeOfBatch } from './containers.js'
import { fail, located } from './errors.js'
import { MetricLog } from './metric-log.js'
import { finalMetrics, type Metrics } from './metrics.js'
import { quote } from './nearest.js'
import type { MutableStepContext, Run } from './run.js'
import { at, type Outcome } from './run-state.js'

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

/** How an evaluation went: `completed` or `interrupted`, and its metrics by their final names. */
export type EvaluationResult = Readonly<{ outcome: Outcome; result: ReadonlyMap<string, number> }>

type Loading = Evaluation & { log: MetricLog; context: MutableStepContext; cursor: BatchCursor }

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
export async function* evaluateBatches(run: Run, evaluation: Evaluation) {
  const { kind, cap, limit } = evaluation
  const { state, hooks } = run
  const about = { stage: run.parts.stage, sanity: cap !== undefined }
  const end = (outcome: Outcome, metrics: Metrics) => at(state, { ...about, outcome, metrics })
  if (limit === 0) return { outcome: 'skipped', result: new Map() } as EvaluationResult
  const log = new MetricLog('evaluation')
  let outcome = 'stopped' as Outcome
  try {
    await hooks.emit(`${kind}Start`, at(state, { ...about }))
    run.activeLog = log
    yield* runLoaders(run, evaluation, log)
    await log.flush()
    if (run.isInterrupted) await evaluation.onInterrupted?.()
    outcome = run.isInterrupted ? 'interrupted' : 'completed'
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    if (outcome === 'stopped' || outcome === 'failed') {
      log.dispose()
      run.activeLog = undefined
      const metrics = finalMetrics(new Map(), 'what did not end')
      await hooks.emitAfterError(`${kind}End`, end(outcome, metrics))
    }
  }
  const isWhole = !about.sanity && outcome === 'completed'
  const isCounted = isWhole && kind === 'validation'
  if (isCounted) state.validations++
  const metrics = log.finish(isCounted ? `validation ${state.validations}` : `the ${kind}`)
  await hooks.emit(`${kind}End`, end(outcome, metrics))
  const result = await log.reported()
  run.activeLog = undefined
  if (isWhole && kind !== 'predict') {
    await run.recordMetrics({ source: kind, interval: 'epoch' }, result)
  }
  return { outcome, result } as EvaluationResult
}

async function* runLoaders(run: Run, evaluation: Evaluation, log: MetricLog) {
  const { kind, sources, limit, cap } = evaluation
  const { epoch } = run.state
  let evaluated = 0
  const around = <Result>(_: number, call: () => Result) =>
    run.hooks.sections.run('evaluation', 0, call)
  const opened = around(-1, () => openedSources(sources, `data.${kind}`, epoch))
  for (const { name, source, place } of await opened) {
    const cursor = await BatchCursor.open(source, { epoch, limit, cap, place, around })
    const context = run.stepContext(false, name)
    const loading: Loading = { ...evaluation, log, context, cursor }
    log.suffix = name === undefined ? '' : `/${name}`
    try {
      for (;;) {
        const { done, value } = await cursor.next()
        if (done) break
        context.batch = evaluated++
        const output = await runBatch(run, loading, value)
        if (kind === 'predict') yield output
        if (log.isFull) await log.flush()
        await run.breathe(performance.now())
        if (run.isInterrupted) return
      }
    } finally {
      await cursor.close()
    }
    if (cursor.taken > 0) continue
    const text = `${place} gave no batch. An iterator can be gone through only once: give`
    fail('REG_DATA_EMPTY', `${text} a function that makes one, or something iterable anew.`)
  }
}

async function runBatch(run: Run, loading: Loading, data: unknown): Promise<unknown> {
  const { kind, cap, log, context, cursor } = loading
  const { batch, loader, stage } = context
  const { hooks, state } = run
  const about = { stage, sanity: cap !== undefined, loader, total: cursor.size }
  const head = (evaluated: number) => at(state, Object.assign({ data, evaluated }, about))
  let output: unknown
  try {
    log.begin()
    log.samples = sizeOfBatch(data)
    try {
      await hooks.emit(`${kind}BatchStart`, head(batch))
      output = callStep(run, loading, data)
    } catch (thrown) {
      const metrics = log.step('the failed step')
      const end = { outcome: 'failed', metrics, output } as const
      await hooks.emitAfterError(`${kind}BatchEnd`, Object.assign(head(batch), end))
      throw located(thrown, 'REG_MODULE_FAILED', `${STEPS[kind]} failed in batch ${batch + 1}`)
    }
    const metrics = log.step('this step')
    const end = { outcome: 'completed', metrics, output } as const
    await hooks.emit(`${kind}BatchEnd`, Object.assign(head(batch + 1), end))
    if (kind !== 'predict' && !about.sanity) await recordStep(run, kind, log)
    metrics.release()
    return output
  } catch (thrown) {
    disposeAll(output)
    throw thrown
  } finally {
    if (!cursor.isOwner) disposeAll(data)
  }
}

/** Calls a step in a tidy; what a prediction returns leaves it, metrics go to the log. */
function callStep(run: Run, { kind, log, context }: Loading, data: unknown): unknown {
  const [step, prefix] = [STEPS[kind], PREFIXES[kind]]
  let output: unknown
  tf.tidy(() => {
    output = run.hooks.sections.run('evaluation', 0, () => run.parts.module[step]?.(data, context))
    if (kind === 'predict') return output as tf.TensorContainer
    if (isThenable(output)) forget(output)
    if (isTensor(output)) log.returned(`${prefix}loss`, output)
    else if (typeof output === 'object' && output !== null && !isThenable(output)) {
      for (const [name, value] of Object.entries(output)) log.returned(prefix + name, value)
    } else if (output !== undefined) {
      const found = isThenable(output) ? 'a promise; it must be synchronous' : quote(output)
      const advice = 'Return metrics by name, the loss, or nothing'
      fail('REG_STEP_OUTPUT', `${step} returned ${found}. ${advice}.`)
    }
    output = undefined
    return []
  })
  return output
}

async function recordStep(run: Run, source: 'validation' | 'test', log: MetricLog): Promise<void> {
  if (!run.hooks.isHeard('record')) return
  const values = await log.reported()
  if (values.size === 0) return
  const step = run.evaluationSteps[source]++
  await run.recordMetrics({ source, interval: 'step' }, values, { step })
}
