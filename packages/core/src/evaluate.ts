import * as tf from '@tensorflow/tfjs-core'
import { BatchCursor, type DataSources, namedSources } from './batch-source.js'
import { disposeAll, forget, isTensor, isThenable, sizeOfBatch } from './containers.js'
import { fail, located, quote } from './errors.js'
import type { HookPayload } from './lifecycle.js'
import { MetricLog } from './metric-log.js'
import { finalMetrics, type Metrics } from './metrics.js'
import { at, type Outcome } from './run-state.js'
import type { MutableStepContext, Session } from './session.js'

/** What is evaluated. */
export interface Evaluation {
  readonly kind: 'validation' | 'test' | 'predict'
  readonly sources: DataSources<unknown>
  /** Batches of each loader at most; a share of them in (0, 1). */
  readonly limit: number
  /** Batches of each loader at most, whatever the limit says: it is a sanity check. */
  readonly cap?: number
  /** Called where the signal interrupted it, before any end hook. */
  readonly onInterrupted?: (() => Promise<void>) | undefined
}

/** How an evaluation went: `completed` or `interrupted`, and its metrics by their final names. */
export type EvaluationResult = Readonly<{ outcome: Outcome; result: ReadonlyMap<string, number> }>

type OneLoader = Evaluation & { log: MetricLog; context: MutableStepContext; cursor: BatchCursor }

const STEPS = { validation: 'validationStep', test: 'testStep', predict: 'predictStep' } as const
const PREFIXES = { validation: 'val_', test: 'test_', predict: '' } as const

/** Runs a validation or a test over all its loaders. Its metrics are means weighted by batch size. */
export async function evaluate(session: Session, what: Evaluation): Promise<EvaluationResult> {
  const batches = evaluateBatches(session, what)
  for (;;) {
    const { done, value } = await batches.next()
    if (done) return value
  }
}

/** The same, giving what each step of a prediction returned; the caller owns its tensors. */
export async function* evaluateBatches(session: Session, what: Evaluation) {
  const { kind, cap, limit } = what
  const { state, hooks } = session
  const about = { stage: session.stage, sanity: cap !== undefined }
  const end = (outcome: Outcome, metrics: Metrics) => at(state, { ...about, outcome, metrics })
  if (limit === 0) return { outcome: 'skipped', result: new Map() } as EvaluationResult
  const log = new MetricLog('evaluation')
  let outcome = 'stopped' as Outcome
  try {
    await hooks.emit(`${kind}Start`, at(state, { ...about }))
    session.activeLog = log
    yield* runLoaders(session, what, log)
    await session.reading(log, () => log.flush())
    if (session.isInterrupted) await what.onInterrupted?.()
    outcome = session.isInterrupted ? 'interrupted' : 'completed'
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    if (outcome === 'stopped' || outcome === 'failed') {
      log.dispose()
      log.finish('what did not end')
      const metrics = finalMetrics(new Map(), 'what did not end')
      await hooks.emitAfterError(`${kind}End`, end(outcome, metrics))
      session.activeLog = undefined
    }
  }
  const isWhole = !about.sanity && outcome === 'completed'
  const isCounted = isWhole && kind === 'validation'
  if (isCounted) state.validations++
  const metrics = log.finish(isCounted ? `validation ${state.validations}` : `the ${kind}`)
  await hooks.emit(`${kind}End`, end(outcome, metrics))
  const result = await log.reported()
  session.activeLog = undefined
  if (isWhole && kind !== 'predict')
    await session.recordMetrics({ source: kind, interval: 'epoch' }, result)
  return { outcome, result } as EvaluationResult
}

async function* runLoaders(session: Session, what: Evaluation, log: MetricLog) {
  const { kind, sources, limit, cap } = what
  const { epoch } = session.state
  let evaluated = 0
  const opening = { epoch, limit, cap, within: session.hooks.sections, kind: 'evaluation' } as const
  for (const { name, source, place } of namedSources(sources, `data.${kind}`)) {
    const cursor = await BatchCursor.open(source, { ...opening, place })
    const context = session.stepContext(false, name)
    const loader = { ...what, log, context, cursor }
    log.suffix = name === undefined ? '' : `/${name}`
    try {
      for (;;) {
        const { done, value } = await cursor.next()
        if (done) break
        context.batch = evaluated++
        const output = await runBatch(session, loader, value)
        if (kind === 'predict') yield output
        if (log.isFull) await session.reading(log, () => log.flush())
        await session.breathe(performance.now())
        if (session.isInterrupted) return
      }
    } finally {
      await cursor.close()
    }
    if (cursor.taken === 0) fail('REG_DATA_EMPTY.evaluation', { place })
  }
}

async function runBatch(session: Session, one: OneLoader, data: unknown): Promise<unknown> {
  const { kind, cap, log, context, cursor } = one
  const { batch, loader, stage } = context
  const { hooks, state } = session
  const about = { stage, sanity: cap !== undefined, loader, total: cursor.size }
  const payload = (evaluated: number, own: object) =>
    at(state, Object.assign({ data, evaluated }, about, own)) as HookPayload<'predictBatchEnd'>
  let output: unknown
  try {
    log.begin()
    log.samples = sizeOfBatch(data)
    try {
      await hooks.emit(`${kind}BatchStart`, payload(batch, {}))
      output = callStep(session, one, data)
    } catch (thrown) {
      const ended = { outcome: 'failed', metrics: log.step('the failed step'), output }
      await hooks.emitAfterError(`${kind}BatchEnd`, payload(batch, ended))
      throw located(thrown, 'REG_MODULE_FAILED', `${STEPS[kind]} failed in batch ${batch + 1}`)
    }
    const metrics = log.step('this step')
    await hooks.emit(
      `${kind}BatchEnd`,
      payload(batch + 1, { outcome: 'completed', metrics, output }),
    )
    if (kind !== 'predict' && !about.sanity && log.hasStepValues && hooks.isHeard('record')) {
      const values = await session.reading(log, () => log.reported())
      const about = { source: kind, interval: 'step' } as const
      if (values.size > 0)
        await session.recordMetrics(about, values, { step: session.recorded[kind]++ })
    }
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
function callStep(session: Session, { kind, log, context }: OneLoader, data: unknown): unknown {
  const [step, prefix] = [STEPS[kind], PREFIXES[kind]]
  let output: unknown
  tf.tidy(() => {
    output = session.hooks.sections.run('evaluation', 0, () =>
      session.module[step]?.(data, context),
    )
    if (kind === 'predict') return output as tf.TensorContainer
    if (isThenable(output)) forget(output)
    if (isTensor(output)) log.returned(`${prefix}loss`, output)
    else if (output !== undefined && (Object(output) !== output || isThenable(output))) {
      const found = isThenable(output) ? 'a promise; it must be synchronous' : quote(output)
      fail('REG_STEP_OUTPUT.evaluation', { step, found })
    } else
      for (const name in output as object)
        log.returned(prefix + name, (output as Record<string, unknown>)[name])
    output = undefined
    return []
  })
  return output
}
