import * as tf from '@tensorflow/tfjs-core'
import { BatchCursor, type DataSources, namedSources } from './batch-source.js'
import { disposeAll, isStrayPromise, isTensor } from './containers.js'
import { fail, located } from './errors.js'
import type { HookPayload } from './lifecycle.js'
import { MetricLog } from './metric-log.js'
import type { Numbers } from './metrics.js'
import { at, type Outcome } from './run-state.js'
import type { MutableStepContext, Session } from './session.js'

/** What can be evaluated. */
export type EvaluationKind = 'validation' | 'test' | 'predict'
/**
 * What is evaluated. A `cap` of batches of each loader makes it a sanity check; `onInterrupted` is
 * called where the signal interrupted it, before any end hook.
 */
export type Evaluation = { kind: EvaluationKind; sources: DataSources<unknown> } & Partial<Special>
type Special = { cap: number; onInterrupted: (() => Promise<void>) | undefined }

/** How an evaluation went: `completed` or `interrupted`, and its metrics by their final names. */
export type Evaluated = Readonly<{ outcome: Outcome; result: Numbers }>

/** An evaluation at work on one loader: `size` counts its batches, `context.batch` those done. */
type Work = Evaluation & { log: MetricLog; context: MutableStepContext; size: number | undefined }

const STEPS = { validation: 'validationStep', test: 'testStep', predict: 'predictStep' } as const
const PREFIXES = { validation: 'val_', test: 'test_', predict: '' } as const

/** Runs a validation or a test over all its loaders. Its metrics are means weighted by batch size. */
export const evaluate = async (session: Session, what: Evaluation): Promise<Evaluated> =>
  (await evaluateBatches(session, what).next()).value as Evaluated

/** The same, giving what each step of a prediction returned; the caller owns its tensors. */
export async function* evaluateBatches(session: Session, what: Evaluation) {
  const { kind, cap } = what
  const { state, hooks, stage, options } = session
  const about = { stage, sanity: cap !== undefined }
  if (options.limitBatches[kind] === 0) return { outcome: 'skipped', result: {} } as Evaluated
  const log = new MetricLog()
  let outcome = 'stopped' as Outcome
  try {
    await hooks.emit(`${kind}Start`, at(state, { ...about }))
    session.activeLog = log
    yield* evaluateLoaders(session, what, log)
    await session.reading(log, () => log.flush())
    outcome = session.signal.aborted ? 'interrupted' : 'completed'
    if (outcome === 'interrupted') await what.onInterrupted?.()
    else if (kind === 'validation' && !about.sanity) state.validations++
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    log.dispose()
    session.activeLog = log
    const origin = kind === 'validation' ? `validation ${state.validations}` : `the ${kind}`
    const ended = at(state, { ...about, outcome, metrics: log.finish(origin) })
    await hooks[outcome === 'failed' ? 'emitAfterError' : 'emit'](`${kind}End`, ended)
    session.activeLog = undefined
  }
  const values = await log.reported()
  if (outcome === 'completed' && !about.sanity && kind !== 'predict')
    await session.record({ kind: 'metrics', source: kind, interval: 'epoch', values })
  return { outcome, result: values } as Evaluated
}

async function* evaluateLoaders(session: Session, what: Evaluation, log: MetricLog) {
  const { kind, sources, cap = Number.POSITIVE_INFINITY } = what
  const context = session.stepContext(false)
  for (const { name, source, place } of namedSources(sources, `data.${kind}`)) {
    const cursor = await BatchCursor.open({ session, split: kind, source, place })
    const size = cursor.size === undefined ? undefined : Math.min(cursor.size, cap)
    const work: Work = { ...what, log, context, size }
    context.loader = name
    log.suffix = name === undefined ? '' : `/${name}`
    try {
      while (cursor.taken < cap) {
        const { done, value } = await cursor.next()
        if (done) break
        const disposed = () => cursor.isOwner || disposeAll(value)
        const output = await evaluateBatch(session, work, value).finally(disposed)
        if (kind === 'predict') yield output
        if (log.isFull()) await session.reading(log, () => log.flush())
        await session.breathe(performance.now())
        if (session.signal.aborted) return
      }
    } finally {
      await cursor.close()
    }
    if (cursor.taken === 0) fail('REG_DATA_EMPTY.evaluation', { place })
  }
}

/** One batch from its start to its end. @returns what a prediction gave */
async function evaluateBatch(session: Session, work: Work, data: unknown): Promise<unknown> {
  const { kind, cap, log, context, size: total } = work
  const { hooks, state, stage, recorded } = session
  const about = { data, stage, loader: context.loader, total, sanity: cap !== undefined }
  const told = (own: object) =>
    at(state, { ...about, evaluated: context.batch, ...own }) as HookPayload<'predictBatchEnd'>
  let output: unknown
  try {
    log.begin(data)
    try {
      await hooks.emit(`${kind}BatchStart`, told({}))
      output = callStep(session, work, data)
      log.commit()
    } catch (thrown) {
      const metrics = log.step('the failed step')
      await hooks.emitAfterError(`${kind}BatchEnd`, told({ outcome: 'failed', metrics, output }))
      const what = `${STEPS[kind]} failed in batch ${context.batch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', what)
    }
    context.batch++
    const metrics = log.step('this step')
    await hooks.emit(`${kind}BatchEnd`, told({ outcome: 'completed', metrics, output }))
    const isRecorded = kind !== 'predict' && cap === undefined && hooks.isHeard('record')
    if (isRecorded && log.hasStepValues()) {
      const values = await session.reading(log, () => log.reported())
      const content = { kind: 'metrics', source: kind, interval: 'step', values } as const
      await session.record(content, { step: recorded[kind]++ })
    }
    metrics.isReleased = true
    return output
  } catch (thrown) {
    disposeAll(output)
    throw thrown
  }
}

/** Calls a step in a tidy; what a prediction returns leaves it, metrics go to the log. */
function callStep(session: Session, { kind, log, context }: Work, data: unknown): unknown {
  const [step, prefix] = [STEPS[kind], PREFIXES[kind]]
  const { module, hooks } = session
  return tf.tidy(() => {
    const output = hooks.sections.run<unknown>('evaluation', 0, () => module[step]?.(data, context))
    if (kind === 'predict') return output as tf.TensorContainer
    if (isStrayPromise(output)) fail('REG_STEP_OUTPUT.promise', { place: step })
    if (output !== undefined && Object(output) !== output)
      fail('REG_STEP_OUTPUT.evaluation', { step, output })
    const values = (isTensor(output) ? { loss: output } : output) as Record<string, unknown>
    for (const name in values) log.returned(prefix + name, values[name])
  })
}
