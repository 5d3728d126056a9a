import type { BatchCursor } from '../data/batch-cursor.js'
import { fail, messageOf, say } from '../floor/errors.js'
import type { SaveReason } from '../hooks/payloads.js'
import { finalMetrics, type Metrics, type Numbers } from '../metrics/metrics.js'
import type { FitRun } from '../run/fit-run.js'
import { isEpochToBeClosed, noteWaitingRequest, stopReasonOf } from '../run/stop-rules.js'
import {
  isBoundaryPending,
  isDataUsed,
  isEpochOpen,
  withoutData,
} from '../state/phase.js'
import { withCounters } from '../state/run-state.js'
import type { StopReason } from '../state/stop-reason.js'
import { endOfEpoch, endOfFit, metricsSoFar, reportEpoch } from './epoch-metrics.js'
import { recordResumedStep, recordStep } from './step-records.js'
import { trainBatch } from './train-batch.js'
import { closeTraining, isLastBatch, openTraining } from './training-loader.js'
import { isValidationDueAtEnd, validate } from './validation.js'

/** How an epoch ended: completed, cut short by a stop request or limit, or interrupted by the signal. */
type EpochOutcome = 'completed' | 'stopped' | 'interrupted'

/** fitStart, the epochs, fitEnd. Trains until a limit, a stop request or the signal ends it. */
export async function fitLoop(run: FitRun): Promise<StopReason> {
  const { hooks, state, keeper } = run
  let stop: StopReason
  try {
    keeper.beginHook('fitStart')
    await hooks.emit('fitStart', withCounters(state, {}))
    keeper.endHook()
    stop = await trainEpochs(run)
  } catch (thrown) {
    await keeper.holdAfterError(thrown)
    await hooks.emitAfterError('fitEnd', endOfFit(run, undefined))
    throw thrown
  }
  await hooks.emit('fitEnd', endOfFit(run, stop))
  return stop
}

async function trainEpochs(run: FitRun): Promise<StopReason> {
  const { signal, options } = run.session
  if (options.limitBatches.train === 0) return { kind: 'noBatches' }
  while (!signal.aborted) {
    const stop = stopReasonOf(run)
    if (stop && !isBoundaryPending(run.phase) && !isEpochToBeClosed(run)) return stop
    await trainEpoch(run)
  }
  return { kind: 'signal', reason: messageOf(signal.reason) }
}

/** epochStart, the batches and any validations due among them, epochEnd, monitor, save. */
async function trainEpoch(run: FitRun): Promise<void> {
  const { hooks, state, session, keeper } = run
  if (!isEpochOpen(run.phase)) beginEpoch(run)
  session.activeLog = run.epochLog
  let outcome: EpochOutcome
  try {
    try {
      await hooks.emit('epochStart', withCounters(state, {}))
      outcome = await trainAndValidate(run)
    } catch (thrown) {
      await keeper.holdAfterError(thrown)
      await hooks.emitAfterError('epochEnd', endOfEpoch(run, 'failed'))
      throw thrown
    }
    await hooks.emit('epochEnd', endOfEpoch(run, outcome))
  } finally {
    session.activeLog = undefined
  }
  if (outcome === 'interrupted') return
  const values = await reportEpoch(run)
  await boundary(run, values, { isEpochEnd: true })
}

function beginEpoch(run: FitRun): void {
  // A function makes a new loader for each epoch.
  const isNewLoader = typeof run.data.train === 'function'
  const next = isNewLoader
    ? { state: null, batch: 0 }
    : run.loaderPosition({ isMidEpoch: false })
  run.closedLoader = { inEpoch: next, next }
  run.state.batch = 0
  run.phase = 'inEpoch'
  run.epochLog = run.newLog()
  run.validatedInEpoch = undefined
}

async function trainAndValidate(run: FitRun): Promise<EpochOutcome> {
  const outcome = await trainBatches(run)
  if (outcome === 'interrupted') {
    await run.flush()
    return 'interrupted'
  }
  await run.keeper.hold()
  const isDue = isValidationDueAtEnd(run, { isCut: outcome === 'stopped' })
  const isValidated = !isDue || (await validate(run, () => save(run, 'interrupted')))
  await (isValidated ? run.complete() : run.flush())
  if (!isValidated) return 'interrupted'
  run.state.epoch++
  run.phase = outcome === 'stopped' ? 'cut' : 'betweenEpochs'
  return outcome
}

async function trainBatches(run: FitRun): Promise<EpochOutcome> {
  if (isDataUsed(run.phase)) return (await betweenBatches(run)) ?? 'completed'
  const { hooks } = run
  const cursor = await openTraining(run)
  try {
    let outcome: EpochOutcome | undefined = isEpochToBeClosed(run) ? 'stopped' : undefined
    if (isBoundaryPending(run.phase)) {
      if (hooks.isHeard('record')) await recordResumedStep(run, cursor)
      outcome = await betweenBatches(run, cursor)
    }
    while (!outcome) {
      const { done, value } = await cursor.next()
      if (done) return endOfData(run)
      run.phase = 'inEpoch'
      noteWaitingRequest(run)
      run.isLastBatch = hooks.isTapped('gradients') && (await isLastBatch(cursor, value))
      await trainBatch(run, value, cursor.isOwner)
      outcome = (await afterBatch(run, cursor)) ?? (await betweenBatches(run, cursor))
    }
    return outcome
  } finally {
    await closeTraining(run, cursor)
  }
}

/** Records the step and yields to the event loop; if the signal was aborted, emits `save` at once. */
async function afterBatch(
  run: FitRun,
  cursor: BatchCursor,
): Promise<'interrupted' | undefined> {
  const { session, epochLog, hooks } = run
  const now = performance.now()
  if (epochLog.isFull()) await run.flush()
  if (hooks.isHeard('record')) await recordStep(run, cursor)
  await session.giveWay(now)
  if (!session.signal.aborted) return undefined
  await run.flush()
  if (cursor.size !== undefined && (await cursor.isAtEnd())) {
    run.phase = 'afterLastBatch'
    await closeTraining(run, cursor)
  }
  await save(run, 'interrupted')
  return 'interrupted'
}

/** Between two batches: checks the limits, then a validation, monitor and save if they are due. */
async function betweenBatches(run: FitRun, cursor?: BatchCursor) {
  const { session, schedules, epochLog, keeper } = run
  const stopReason = stopReasonOf(run)
  const isDue = schedules.validation.isDueAfterBatch()
  if (!stopReason && !isDue && !session.isSaveRequested) return undefined
  await keeper.hold()
  if (isDue && !(await validate(run, () => save(run, 'interrupted'))))
    return 'interrupted'
  if (!cursor || (await cursor.isAtEnd())) return endOfData(run)
  if (stopReason) return 'stopped'
  await run.flush()
  run.phase = 'inEpoch'
  if (run.validated) await boundary(run, epochLog.values(), { isEpochEnd: false })
  else if (session.isSaveRequested) await save(run, 'requested')
  keeper.release()
  return stopReasonOf(run) && 'stopped'
}

function endOfData(run: FitRun): EpochOutcome {
  const { batch, samples, epoch } = run.state
  run.phase = withoutData(run.phase)
  const data = { epoch: epoch + 1 }
  if (batch === 0 && samples === 0) fail('REG_DATA_EMPTY.train', data)
  if (batch === 0) run.session.report.warn(say('REG_DATA_EMPTY.train', data))
  return 'completed'
}

/** Emits monitor, then save: after a validation, an epoch, or both. */
async function boundary(
  run: FitRun,
  training: Numbers,
  { isEpochEnd: epoch }: { readonly isEpochEnd: boolean },
): Promise<void> {
  const { hooks, session, state, validated } = run
  const validation = validated !== undefined
  const origin = validated ? `validation ${state.validations}` : `epoch ${state.epoch}`
  const metrics = finalMetrics({ ...training, ...validated }, origin)
  const counters = withCounters(state, {})
  await session.withoutLog(() =>
    hooks.emit('monitor', { validation, epoch, metrics, counters }),
  )
  await save(run, 'boundary', { validation, epoch, metrics })
  run.validated = undefined
}

/** What `save` follows: a validation, the end of an epoch, both or neither. */
type SaveOccasion = { validation: boolean; epoch: boolean; metrics: Metrics }

/** Emits save: all state and metrics are up to date, and every loss so far was read and finite. */
async function save(
  run: FitRun,
  reason: SaveReason,
  occasion?: SaveOccasion,
): Promise<void> {
  const { hooks, session, state, keeper } = run
  session.isSaveRequested = false
  const counters = withCounters(state, {})
  const { validation, epoch, metrics } = occasion ?? {
    validation: false,
    epoch: false,
    metrics: metricsSoFar(run),
  }
  const { snapshot } = session
  const payload = { validation, epoch, metrics, reason, counters, snapshot }
  await session.withoutLog(() => keeper.saving(reason, () => hooks.emit('save', payload)))
}
