import * as tf from '@tensorflow/tfjs-core'
import { BatchCursor } from '../data/batch-cursor.js'
import { type DataSources, namedSources } from '../data/batch-source.js'
import { disposeAll, forEachTensor, isStrayPromise, isTensor } from '../data/containers.js'
import { fail, located } from '../floor/errors.js'
import type { HookPayload } from '../hooks/lifecycle.js'
import { MetricLog } from '../metrics/metric-log.js'
import type { Numbers } from '../metrics/metrics.js'
import type { MutableStepContext, Session } from '../run/session.js'
import { at, type Outcome } from '../state/run-state.js'
import { nextId } from '../state/variables.js'
import { callPredictStep } from './predict-step.js'
import { explaining } from './tfjs-errors.js'

/** What can be evaluated. */
export type EvaluationKind = 'validation' | 'test' | 'predict'
/**
 * What is evaluated. A `cap` of batches of each loader makes it a sanity check; `onInterrupted` is
 * called where the signal interrupted it, before any end hook.
 */
export type Evaluation = { kind: EvaluationKind; sources: DataSources<unknown> } & Partial<Special>
type Special = { cap: number; onInterrupted: (() => Promise<void>) | undefined }

/**
 * How an evaluation went: its outcome, the batches done, its metrics as they are reported, and by each
 * of their names (`b`, `b_step` and `b_epoch` of one that is logged per step and per epoch).
 */
export type Evaluated = Readonly<{ outcome: Outcome; batches: number } & Record<Values, Numbers>>
type Values = 'result' | 'values'

/**
 * An evaluation at work on one loader: `size` counts its batches, `context.batch` those done of all
 * loaders, `index` those of this loader over the whole run, which `evaluated` counts for each.
 */
type Work = Evaluation & {
  log: MetricLog
  context: MutableStepContext
  size: number | undefined
} & {
  index: number
  readonly evaluated: Record<string, number>
}
type Batch = { readonly data: unknown; readonly isOwned: boolean }

const STEPS = { validation: 'validationStep', test: 'testStep', predict: 'predictStep' } as const
const PREFIXES = { validation: 'val_', test: 'test_', predict: '' } as const

const SOURCES = { validation: 'validation', test: 'test', predict: 'test' } as const

/** Runs a validation or a test over all its loaders. Its metrics are means weighted by batch size. */
export const evaluate = async (session: Session, what: Evaluation): Promise<Evaluated> =>
  (await evaluateBatches(session, what).next()).value as Evaluated

/**
 * The same, giving what each step of a prediction returned; the caller owns its tensors. Where the
 * signal is aborted no further batch is used.
 */
export async function* evaluateBatches(
  session: Session,
  what: Evaluation,
): AsyncGenerator<unknown, Evaluated> {
  const { kind, cap } = what
  const { state, hooks, stage, options } = session
  const about = { stage, sanity: cap !== undefined }
  const none = { result: {}, values: {}, batches: 0 }
  if (options.limitBatches[kind] === 0) return { outcome: 'skipped', ...none }
  const log = new MetricLog({ source: SOURCES[kind], names: session.metricNames })
  const context = session.stepContext(false)
  // Counted once the evaluation is complete: an interrupted one is done again when resumed.
  const evaluated: Record<string, number> = {}
  let outcome: Outcome = 'stopped'
  // A prediction has no metrics: what its hooks or its step log is refused.
  session.activeLog = kind === 'predict' ? undefined : log
  try {
    await hooks.emit(`${kind}Start`, at(state, { ...about }))
    yield* evaluateLoaders(session, { ...what, log, context, size: undefined, index: 0, evaluated })
    await session.reading(log, () => log.flush())
    outcome = session.signal.aborted ? 'interrupted' : 'completed'
    if (outcome === 'interrupted') await what.onInterrupted?.()
    else if (kind === 'validation' && !about.sanity) state.validations++
    if (outcome === 'completed' && kind !== 'predict' && !about.sanity)
      Object.assign(session.evaluated[kind], evaluated)
  } catch (thrown) {
    outcome = 'failed'
    throw thrown
  } finally {
    log.dispose()
    const origin = kind === 'validation' ? `validation ${state.validations}` : `the ${kind}`
    const ended = at(state, { ...about, outcome, metrics: log.finish(origin) })
    const emit = outcome === 'failed' ? 'emitAfterError' : 'emit'
    try {
      await hooks[emit](`${kind}End`, ended)
    } finally {
      session.activeLog = undefined
    }
  }
  const result = await log.reported()
  if (outcome === 'completed' && !about.sanity && kind !== 'predict')
    await session.record({ kind: 'metrics', source: kind, interval: 'epoch', values: result })
  return { outcome, batches: context.batch, result, values: { ...log.values(), ...result } }
}

async function* evaluateLoaders(session: Session, work: Work) {
  const { kind, sources, log, context, evaluated, cap = Number.POSITIVE_INFINITY } = work
  const { signal } = session
  for (const { name, source, place } of namedSources(sources, `data.${kind}`)) {
    if (signal.aborted) return
    const cursor = await BatchCursor.open({ session, split: kind, source, place })
    const loader = name ?? ''
    work.size = cursor.size === undefined ? undefined : Math.min(cursor.size, cap)
    work.index = kind === 'predict' ? 0 : (session.evaluated[kind][loader] ?? 0)
    context.loader = name
    log.suffix = name === undefined ? '' : `/${name}`
    try {
      while (cursor.taken < cap && !signal.aborted) {
        const { done, value } = await cursor.next()
        if (done) break
        const output = await evaluateBatch(session, work, { data: value, isOwned: cursor.isOwner })
        evaluated[loader] = ++work.index
        if (kind === 'predict') yield output
        if (log.isFull()) await session.reading(log, () => log.flush())
        await session.breathe(performance.now())
      }
    } finally {
      await cursor.close()
    }
    if (cursor.taken === 0 && !signal.aborted) fail('REG_DATA_EMPTY.evaluation', { place })
  }
}

/** One batch from its start to its end. @returns what a prediction gave; its caller owns it */
async function evaluateBatch(session: Session, work: Work, { data, isOwned }: Batch) {
  const { kind, cap, log, context, size: total } = work
  const { hooks, state, stage } = session
  const about = { data, stage, loader: context.loader, total, sanity: cap !== undefined }
  const told = (own: object) =>
    at(state, { ...about, evaluated: context.batch, ...own }) as HookPayload<'predictBatchEnd'>
  let step: StepResult = { output: undefined, owned: [] }
  let isGiven = false
  try {
    log.begin(data)
    try {
      await hooks.emit(`${kind}BatchStart`, told({}))
      step = await (kind === 'predict' ? predictedBy : callStep)(session, work, data)
      log.commit()
    } catch (thrown) {
      const ended = { outcome: 'failed', metrics: log.step('the failed step') }
      await hooks.emitAfterError(`${kind}BatchEnd`, told({ ...ended, output: step.output }))
      const what = `${STEPS[kind]} failed in batch ${context.batch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', what)
    }
    const { output } = step
    context.batch++
    const metrics = log.step('this step')
    await hooks.emit(`${kind}BatchEnd`, told({ outcome: 'completed', metrics, output }))
    const isRecorded = kind !== 'predict' && cap === undefined && hooks.isHeard('record')
    if (isRecorded && log.hasStepValues()) {
      const values = await session.reading(log, () => log.reported())
      const content = { kind: 'metrics', source: kind, interval: 'step', values } as const
      await session.record(content, { step: work.index })
    }
    metrics.isReleased = true
    isGiven = kind === 'predict'
    return output
  } finally {
    if (!isGiven) disposeAll(step.owned)
    if (!isOwned) disposeAll(data, isGiven ? step.output : undefined)
  }
}

/** What a step returned besides metrics, and which of its tensors the step made. */
type StepResult = { readonly output: unknown; readonly owned: readonly tf.Tensor[] }

/** Calls a predictStep, which may be asynchronous. */
async function predictedBy(session: Session, { context }: Work, data: unknown) {
  const { module, hooks } = session
  const firstId = nextId()
  const output = await callPredictStep(() =>
    hooks.userCodeWrappers.run('evaluation', 0, () => module.predictStep?.(data, context)),
  )
  return { output, owned: madeSince(firstId, output) }
}

/** Calls a step in a tidy, which its output outlives; metrics go to the log. */
function callStep(session: Session, { kind, log, context }: Work, data: unknown): StepResult {
  const [step, prefix] = [STEPS[kind], PREFIXES[kind]]
  const { module, hooks } = session
  const firstId = nextId()
  let output: unknown
  let owned: tf.Tensor[] = []
  tf.tidy(() => {
    const call = () => module[step]?.(data, context)
    const result = explaining(() => hooks.userCodeWrappers.run<unknown>('evaluation', 0, call))
    if (isStrayPromise(result)) fail('REG_STEP_OUTPUT.promise', { place: step })
    if (result !== undefined && Object(result) !== result)
      fail('REG_STEP_OUTPUT.evaluation', { place: step, found: result })
    const values = (isTensor(result) ? { loss: result } : result) as Record<string, unknown>
    for (const name in values) {
      if (name === 'output') output = values[name]
      else log.returned(prefix + name, values[name])
    }
    owned = madeSince(firstId, output)
    for (const tensor of owned) tf.keep(tensor)
  })
  for (const tensor of owned) tensor.kept = false
  return { output, owned }
}

/** Tensors of an output that its step made. Those of the batch, of the model, and what the module keeps itself stay whose they are. */
function madeSince(firstId: number, output: unknown): tf.Tensor[] {
  const made: tf.Tensor[] = []
  forEachTensor(output, (tensor) => {
    if (tensor.id > firstId && !tensor.kept) made.push(tensor)
  })
  return made
}
