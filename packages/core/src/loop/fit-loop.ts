import type { BatchCursor } from '../data/batch-cursor.js'
import { disposeAll } from '../data/containers.js'
import { fail, messageOf, say } from '../floor/errors.js'
import { finalMetrics } from '../metrics/metrics.js'
import type { FitRun } from '../run/fit-run.js'
import {
  isEpochToBeClosed,
  isRequestGranted,
  noteWaitingRequest,
  stopReasonOf,
} from '../run/stop-reason.js'
import { outcomeOf, type StopReason } from '../state/run-state.js'
import { openTraining } from './open-training.js'
import { trainBatch } from './train-batch.js'

/** How an epoch went: to its end, cut short by a wish or limit, or interrupted by the signal. */
type EpochOutcome = 'completed' | 'stopped' | 'interrupted'
/** Where a loader begins that is made anew. */
const NOWHERE = { state: null, batch: 0 }
const CLOSED = { isInEpoch: false, isBoundaryPending: false, isDataOver: false }

/** Trains until a limit, a plugin or the signal says stop: fitStart, the epochs, fitEnd. */
export const fitLoop = (run: FitRun): Promise<StopReason> =>
  run.around('fit', runEpochs, (stop) => {
    const metrics = finalMetrics(run.results, 'the run')
    return { stop, outcome: outcomeOf(stop), metrics }
  })

async function runEpochs(run: FitRun): Promise<StopReason> {
  const { session } = run
  if (session.options.limitBatches.train === 0) return { kind: 'noBatches' }
  while (!session.signal.aborted) {
    const stop = stopReasonOf(run)
    if (stop && !run.isBoundaryPending && !isEpochToBeClosed(run)) return stop
    await runEpoch(run)
  }
  return { kind: 'signal', reason: messageOf(session.signal.reason) }
}

/** epochStart, the batches, the validation that is due, epochEnd, monitor, save. */
async function runEpoch(run: FitRun): Promise<void> {
  if (!run.isInEpoch) {
    run.state.batch = 0
    const next = typeof run.data.train === 'function' ? NOWHERE : run.loaderPosition(false)
    run.loaderPosition = () => next
    Object.assign(run, { isInEpoch: true, epochLog: run.newLog(), validatedInEpoch: undefined })
  }
  run.session.activeLog = run.epochLog
  const epoch = run.around('epoch', trainAndValidate, (outcome) => {
    const isOver = outcome === 'completed' || outcome === 'stopped'
    if (isOver) return { outcome, metrics: run.epochLog.finish(`epoch ${run.state.epoch}`) }
    // What hooks log from now on is a metric of no whole epoch: it is taken, and left out.
    run.session.activeLog = run.newLog()
    run.session.activeLog.finish('the epoch so far')
    return { outcome: outcome ?? 'failed', metrics: run.soFar() }
  })
  const outcome = await epoch.finally(() => {
    run.session.activeLog = undefined
  })
  if (outcome !== 'interrupted') await closeEpoch(run)
}

async function trainAndValidate(run: FitRun): Promise<EpochOutcome> {
  const outcome = await runBatches(run)
  if (outcome !== 'interrupted') await run.keeper.hold()
  const isOver = outcome !== 'interrupted' && (await validateAtEnd(run, outcome))
  await run.flush()
  if (!isOver) return 'interrupted'
  run.state.epoch++
  Object.assign(run, { ...CLOSED, isCut: outcome === 'stopped' })
  return outcome
}

async function runBatches(run: FitRun): Promise<EpochOutcome> {
  if (run.isDataOver) return (await betweenBatches(run)) ?? 'completed'
  const cursor = await openTraining(run)
  try {
    let outcome: EpochOutcome | undefined = isEpochToBeClosed(run) ? 'stopped' : undefined
    if (run.isBoundaryPending) {
      await recordResumedStep(run, cursor)
      outcome = await betweenBatches(run, cursor)
    }
    while (!outcome) {
      const { done, value } = await cursor.next()
      if (done) return completed(run)
      run.isBoundaryPending = false
      noteWaitingRequest(run)
      run.isLastBatch = run.hooks.isTapped('gradients') && (await isLastBatch(cursor, value))
      await trainBatch(run, value, cursor.isOwner)
      outcome = (await afterBatch(run, cursor)) ?? (await betweenBatches(run, cursor))
    }
    return outcome
  } finally {
    const inEpoch = cursor.position(run.state.batch)
    await cursor.close()
    const next = cursor.nextPosition()
    run.loaderPosition = (isInEpoch) => (isInEpoch && !run.isDataOver ? inEpoch : next)
  }
}

/** Whether no batch is left behind one that was taken, which is disposed of where that cannot be told. */
async function isLastBatch(cursor: BatchCursor, batch: unknown): Promise<boolean> {
  try {
    return await cursor.isAtEnd()
  } catch (thrown) {
    if (!cursor.isOwner) disposeAll(batch)
    throw thrown
  }
}

/** The log of the step, a breath, and the signal, which saves at once. */
async function afterBatch(run: FitRun, cursor: BatchCursor): Promise<'interrupted' | undefined> {
  const now = performance.now()
  if (run.epochLog.isFull()) await run.flush()
  if (run.hooks.isHeard('record')) await recordStep(run, cursor)
  await run.session.breathe(now)
  if (!run.session.signal.aborted) return undefined
  await run.flush()
  run.isDataOver = cursor.size !== undefined && (await cursor.isAtEnd())
  if (run.isDataOver) {
    await cursor.close()
    run.loaderPosition = cursor.nextPosition
  }
  await run.save('interrupted')
  return 'interrupted'
}

/** What may come between two batches: the limits, a validation, monitor and save. */
async function betweenBatches(run: FitRun, cursor?: BatchCursor) {
  const { session, schedules, epochLog } = run
  const stopReason = stopReasonOf(run)
  const isDue = schedules.validation.isDueAfterBatch()
  if (!stopReason && !isDue && !session.isSaveRequested) return undefined
  await run.keeper.hold()
  if (isDue && !(await run.validate())) return 'interrupted'
  if (!cursor || (await cursor.isAtEnd())) return completed(run)
  if (stopReason) return 'stopped'
  await run.flush()
  run.isBoundaryPending = false
  if (run.validated) await run.boundary(epochLog.values(), false)
  else if (session.isSaveRequested) await run.save('requested')
  run.keeper.release()
  return stopReasonOf(run) && 'stopped'
}

/** The validation at the end of an epoch. @returns false where the signal interrupted it */
async function validateAtEnd(run: FitRun, outcome: EpochOutcome): Promise<boolean> {
  const { state, validatedInEpoch } = run
  const schedule = run.schedules.validation
  const isFresh = validatedInEpoch && schedule.last.step === state.step
  const isStopping = isRequestGranted(run, state.epoch + 1)
  if (isFresh || (outcome === 'stopped' && !isStopping)) return true
  // A run that a plugin ends is validated as it is given back.
  const isLastChance = isStopping && schedule.isWithinEpoch
  return isLastChance || schedule.isDueAfterEpoch() ? run.validate() : true
}

/** The history, the record, monitor and save: hooks may have added metrics in epochEnd. */
async function closeEpoch(run: FitRun): Promise<void> {
  const { epochLog, history, validatedInEpoch, session } = run
  const epoch = run.state.epoch - 1
  const reported = await epochLog.reported()
  const values = { ...epochLog.values(), ...reported }
  Object.assign(run.results, values)
  if (history.at(-1)?.epoch === epoch) history.pop()
  history.push({ epoch, ...reported, ...validatedInEpoch })
  const content = { kind: 'metrics', source: 'train', interval: 'epoch', values: reported } as const
  await session.record(content, { epoch })
  await run.boundary(values, true)
}

function completed(run: FitRun): EpochOutcome {
  const { batch, samples, epoch } = run.state
  run.isDataOver = true
  const about = { epoch: epoch + 1 }
  if (batch === 0 && samples === 0) fail('REG_DATA_EMPTY.train', about)
  if (batch === 0) run.session.report.warn(say('REG_DATA_EMPTY.train', about))
  return 'completed'
}

/** Records a step that is due, or that a plugin's request makes the last one. */
async function recordStep(run: FitRun, cursor: BatchCursor): Promise<void> {
  const { session, state, epochLog, schedules } = run
  const { log } = schedules
  const isDue = log.isDueAfterBatch() || isRequestGranted(run, state.epoch)
  const isWantedAtEnd = log.isDueAfterEpoch() || isRequestGranted(run, state.epoch + 1)
  if (!isDue && !(isWantedAtEnd && (await cursor.isAtEnd()))) return
  const values = await session.reading(epochLog, () => epochLog.reported())
  await session.record({ kind: 'metrics', source: 'train', interval: 'step', values })
  log.markDone()
}

/** Records the step behind which a resumed run begins, where the saved run had not come to that. */
async function recordResumedStep(run: FitRun, cursor: BatchCursor): Promise<void> {
  const { hooks, schedules } = run
  const { last } = schedules.log
  const { epoch, batch } = schedules.clock
  const isRecorded = last.epoch === epoch && last.batch === batch
  if (!isRecorded && hooks.isHeard('record')) await recordStep(run, cursor)
}
