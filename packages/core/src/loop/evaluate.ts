import type { DataSources } from '../data/batch-source.js'
import { disposeAll } from '../data/containers.js'
import { located } from '../floor/errors.js'
import { MetricLog } from '../metrics/metric-log.js'
import type { Numbers } from '../metrics/metrics.js'
import { copyNumbers } from '../metrics/metrics.js'
import type { MutableStepContext, Session } from '../run/session.js'
import { withCounters } from '../state/run-state.js'
import type { Outcome } from '../state/stop-reason.js'
import { type EvaluationBatch, EvaluationBatches } from './evaluation-batches.js'
import { callEvaluationStep, type StepResult } from './evaluation-step.js'

/** What is evaluated, and how. */
export interface Evaluation {
  readonly kind: 'validation' | 'test'
  readonly sources: DataSources<unknown>
  /** At most this many batches of each loader; makes it a sanity check. */
  readonly cap?: number
  /** Called if the signal interrupts it, before any end hook. */
  readonly onInterrupted?: () => Promise<void>
}

/** How an evaluation went. */
export interface Evaluated {
  readonly outcome: Outcome
  /** Batches done. */
  readonly batches: number
  /** Its metrics as they are reported. */
  readonly result: Numbers
  /** The same by each of their names: `b`, `b_step` and `b_epoch` of a metric logged per step and per epoch. */
  readonly values: Numbers
}

const VALIDATION = {
  start: 'validationStart',
  batchStart: 'validationBatchStart',
  batchEnd: 'validationBatchEnd',
  end: 'validationEnd',
  step: 'validationStep',
  prefix: 'val_',
} as const
const TEST = {
  start: 'testStart',
  batchStart: 'testBatchStart',
  batchEnd: 'testBatchEnd',
  end: 'testEnd',
  step: 'testStep',
  prefix: 'test_',
} as const
const KINDS = { validation: VALIDATION, test: TEST } as const

/** An evaluation in progress. */
interface EvaluationRun {
  readonly session: Session
  readonly kind: 'validation' | 'test'
  readonly isSanityCheck: boolean
  readonly log: MetricLog
  /** What its steps receive; `batch` counts the batches of all loaders. */
  readonly context: MutableStepContext
  readonly batches: EvaluationBatches
  /** Batches of each loader over the whole fit: counted once the evaluation is complete. */
  readonly evaluated: Record<string, number>
}

/** Runs a validation or a test over all its loaders. Metrics are means weighted by batch size. */
export async function evaluate(
  session: Session,
  evaluation: Evaluation,
): Promise<Evaluated> {
  const { kind, sources, cap, onInterrupted } = evaluation
  const { state, hooks, options, stage } = session
  const isSanityCheck = cap !== undefined
  if (options.limitBatches[kind] === 0)
    return { outcome: 'skipped', batches: 0, result: {}, values: {} }
  const log = new MetricLog({ source: kind, names: session.metricNames })
  const context = session.stepContext(false)
  const batches = new EvaluationBatches(session, { kind, sources, cap: cap ?? Infinity })
  const run: EvaluationRun = {
    session,
    kind,
    isSanityCheck,
    log,
    context,
    batches,
    evaluated: {},
  }
  const payload = { stage, sanity: isSanityCheck }
  let outcome: Outcome = 'failed'
  session.activeLog = log
  try {
    await hooks.emit(KINDS[kind].start, withCounters(state, { ...payload }))
    await evaluateAll(run)
    await session.reading(log, () => log.flush())
    await log.complete()
    const isInterrupted = session.signal.aborted
    if (isInterrupted) await onInterrupted?.()
    else if (!isSanityCheck) countEvaluation(run)
    outcome = isInterrupted ? 'interrupted' : 'completed'
  } finally {
    log.dispose()
    const origin = kind === 'validation' ? `validation ${state.validations}` : 'the test'
    const ended = withCounters(state, {
      ...payload,
      outcome,
      metrics: log.finish(origin),
    })
    try {
      if (outcome === 'failed') await hooks.emitAfterError(KINDS[kind].end, ended)
      else await hooks.emit(KINDS[kind].end, ended)
    } finally {
      session.activeLog = undefined
    }
  }
  const result = await log.reported()
  if (outcome === 'completed' && !isSanityCheck)
    await session.record({
      kind: 'metrics',
      source: kind,
      interval: 'epoch',
      values: result,
    })
  return {
    outcome,
    batches: context.batch,
    result,
    values: { ...log.values(), ...result },
  }
}

/** Counts a complete evaluation; an interrupted one is repeated when the fit is resumed. */
function countEvaluation({ session, kind, evaluated }: EvaluationRun): void {
  if (kind === 'validation') session.state.validations++
  copyNumbers(evaluated, session.evaluated[kind])
}

async function evaluateAll(run: EvaluationRun): Promise<void> {
  const { session, log, batches } = run
  try {
    for (let batch = await batches.next(); batch; batch = await batches.next()) {
      await evaluateBatch(run, batch)
      if (log.isFull()) await session.reading(log, () => log.flush())
      await session.giveWay(performance.now())
    }
  } finally {
    await batches.close()
  }
}

/** Evaluates one batch: start hook, step, end hook, record. */
async function evaluateBatch(
  run: EvaluationRun,
  { data, isOwned }: EvaluationBatch,
): Promise<void> {
  const { session, kind, isSanityCheck, log, context, batches, evaluated } = run
  const { hooks, state, stage } = session
  const { loader, size: total } = batches
  context.loader = loader
  log.suffix = loader === undefined ? '' : `/${loader}`
  const common = { data, stage, loader, total, sanity: isSanityCheck }
  let step: StepResult = { output: undefined, owned: [] }
  try {
    log.begin(data)
    try {
      const payload = { ...common, evaluated: context.batch }
      await hooks.emit(KINDS[kind].batchStart, withCounters(state, payload))
      step = callEvaluationStep(run, KINDS[kind], data)
      log.commit()
    } catch (thrown) {
      const { output } = step
      const metrics = log.step('the failed step')
      const failed = { outcome: 'failed' as const, metrics, output }
      const payload = { ...common, evaluated: context.batch, ...failed }
      await hooks.emitAfterError(KINDS[kind].batchEnd, withCounters(state, payload))
      const what = `${KINDS[kind].step} failed in batch ${context.batch + 1}`
      throw located(thrown, 'REG_MODULE_FAILED', what)
    }
    context.batch++
    const name = loader ?? ''
    evaluated[name] = (evaluated[name] ?? session.evaluated[kind][name] ?? 0) + 1
    const { output } = step
    const metrics = log.step('this step')
    const completed = { outcome: 'completed' as const, metrics, output }
    const payload = { ...common, evaluated: context.batch, ...completed }
    await hooks.emit(KINDS[kind].batchEnd, withCounters(state, payload))
    if (!isSanityCheck && hooks.isHeard('record') && log.hasStepValues())
      await recordStep(run, evaluated[name] - 1)
    metrics.isReleased = true
  } finally {
    disposeAll(step.owned)
    if (!isOwned) disposeAll(data)
  }
}

/** Records the metrics of a step. @param step 0-based index of the batch among all that its loader yielded in the run */
async function recordStep(
  { session, kind, log }: EvaluationRun,
  step: number,
): Promise<void> {
  const values = await session.reading(log, () => log.reported())
  await session.record(
    { kind: 'metrics', source: kind, interval: 'step', values },
    { step },
  )
}
