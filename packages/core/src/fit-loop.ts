import { BatchCursor } from './batch-source.js'
import { disposeAll } from './containers.js'
import { fail } from './errors.js'
import { amountOf, isDueAfterBatch, isDueAtEpoch, isWithinEpoch } from './every.js'
import type { FitRun, ResumePoint } from './fit-run.js'
import type { Json } from './json.js'
import { finalMetrics, type Metrics } from './metrics.js'
import { type Outcome, outcomeOf, type StopReason } from './run-state.js'
import { trainBatch } from './train-batch.js'

/** How an epoch went: to its end, cut short by a wish or limit, or interrupted by the signal. */
type EpochOutcome = Extract<Outcome, 'completed' | 'stopped' | 'interrupted'>

/** Trains until a limit, a plugin or the signal says stop: fitStart, the epochs, fitEnd. */
export async function fitLoop(run: FitRun): Promise<StopReason> {
  return run.around(
    'fit',
    () => runEpochs(run),
    (stop) => ({ stop, outcome: outcomeOf(stop), metrics: finalMetrics(run.results, 'the run') }),
  )
}

async function runEpochs(run: FitRun): Promise<StopReason> {
  const { options, latch } = run.parts
  if (options.limitBatches.train === 0) return { kind: 'noBatches' }
  while (!run.isInterrupted) {
    const stop = run.stopReason
    if (stop && !run.resume?.position.isBoundaryPending) return stop
    if ((await runEpoch(run)) === 'interrupted') break
  }
  return latch.interruption
}

/** epochStart, the batches, the validation that is due, epochEnd, monitor, save. */
async function runEpoch(run: FitRun): Promise<EpochOutcome> {
  beginEpoch(run)
  const outcome = await run.around(
    'epoch',
    async () => {
      const outcome = await runBatches(run)
      const isOver = outcome !== 'interrupted' && (await validateAtEnd(run, outcome))
      await run.flush()
      if (!isOver) return 'interrupted'
      run.state.epoch++
      run.isCut = outcome === 'stopped'
      run.isInEpoch = false
      run.isBoundaryPending = false
      return outcome
    },
    (outcome) => ({ outcome: outcome ?? 'failed', metrics: finishLog(run, outcome) }),
  )
  if (outcome !== 'interrupted') await closeEpoch(run)
  return outcome
}

async function runBatches(run: FitRun): Promise<EpochOutcome> {
  if (run.isDataOver) return (await betweenBatches(run, undefined)) ?? 'completed'
  const cursor = await openTraining(run)
  let beforeBatch: Json = null
  try {
    const pending = run.isBoundaryPending ? await betweenBatches(run, cursor) : undefined
    if (pending) return pending
    for (;;) {
      if (run.hooks.isTapped('error')) beforeBatch = cursor.state
      const next = cursor.next()
      const { done, value } = next instanceof Promise ? await next : next
      if (done) return completed(run)
      run.isBoundaryPending = false
      run.isLastBatch = run.hooks.isTapped('gradients') && (await cursor.isAtEnd())
      await trainBatch(run, value, cursor.isOwner)
      const outcome = (await afterBatch(run, cursor)) ?? (await betweenBatches(run, cursor))
      if (outcome) return outcome
    }
  } finally {
    const isTorn = cursor.taken > run.state.batch
    const inEpoch = isTorn ? beforeBatch : cursor.state
    await cursor.close()
    const nextEpoch = cursor.state
    run.loaderState = (isInEpoch) => (isInEpoch && !run.isDataOver ? inEpoch : nextEpoch)
  }
}

/** The log of the step, a breath, and the signal, which saves at once. */
async function afterBatch(run: FitRun, cursor: BatchCursor): Promise<'interrupted' | undefined> {
  const now = performance.now()
  if (run.epochLog.isFull) await run.flush()
  if (run.hooks.isHeard('record')) await recordStep(run, now)
  const breath = run.breathe(now)
  if (breath) await breath
  if (!run.isInterrupted) return undefined
  await run.flush()
  if (cursor.size !== undefined && (await cursor.isAtEnd())) {
    await cursor.close()
    run.isDataOver = true
  }
  await run.save('interrupted')
  return 'interrupted'
}

/** What may come between two batches: the limits, a validation, monitor and save. */
async function betweenBatches(run: FitRun, cursor?: BatchCursor): Promise<EpochOutcome | void> {
  const { state, stopReason, validationSchedule } = run
  const { validateEvery } = run.parts.options
  const size = cursor ? cursor.size : run.trainBatches
  const isDue = isDueAfterBatch(validateEvery, state, validationSchedule, performance.now(), size)
  if (!stopReason && !isDue && !run.isSaveRequested) return undefined
  if (isDue && !(await run.validate())) return 'interrupted'
  if (!cursor || (await cursor.isAtEnd())) return completed(run)
  if (stopReason) return 'stopped'
  await run.flush()
  run.isBoundaryPending = false
  if (run.validated) await run.boundary(run.epochLog.values(false), false)
  else if (run.isSaveRequested) await run.save('requested')
  return run.stopReason && 'stopped'
}

/** The validation at the end of an epoch. @returns false where the signal interrupted it */
async function validateAtEnd(run: FitRun, outcome: EpochOutcome): Promise<boolean> {
  const { validateEvery } = run.parts.options
  const isWish = run.parts.latch.requested !== undefined
  if (run.validated || (outcome === 'stopped' && !isWish)) return true
  const isFresh = run.validatedInEpoch && run.validationSchedule.lastStep === run.state.step
  if (isWish && isFresh) return true
  const isLastChance = isWish && isWithinEpoch(validateEvery) && amountOf(validateEvery) > 0
  const isDue = isLastChance || isDueAtEpoch(validateEvery, run.state.epoch + 1)
  return isDue ? run.validate() : true
}

/** The history, the record, monitor and save: hooks may have added metrics in epochEnd. */
async function closeEpoch(run: FitRun): Promise<void> {
  const { epochLog, history, validatedInEpoch = [] } = run
  const epoch = run.state.epoch - 1
  const reported = await epochLog.reported()
  const values = new Map([...epochLog.values(true), ...reported])
  run.activeLog = undefined
  for (const [name, value] of values) run.results.set(name, value)
  if (history.at(-1)?.epoch === epoch) history.pop()
  history.push(Object.assign({ epoch }, Object.fromEntries([...reported, ...validatedInEpoch])))
  await run.recordMetrics({ source: 'train', interval: 'epoch' }, reported, { epoch })
  await run.boundary(values, true)
}

function finishLog(run: FitRun, outcome: EpochOutcome | undefined): Metrics {
  const { epochLog } = run
  if (outcome && outcome !== 'interrupted') return epochLog.finish(`epoch ${run.state.epoch}`)
  run.activeLog = undefined
  return finalMetrics(outcome ? epochLog.values(false) : new Map(), 'the epoch so far')
}

function completed(run: FitRun): EpochOutcome {
  const { state } = run
  run.isDataOver = true
  if (state.batch > 0) return 'completed'
  const advice = 'give the function itself, or something with a [Symbol.iterator] that begins anew'
  const why = `An iterator, as of a generator function, can be gone through only once: ${advice}`
  const text = `data.train gave no batch in epoch ${state.epoch + 1}. ${why}.`
  if (state.samples === 0) fail('REG_DATA_EMPTY', text)
  run.parts.report.warn(text)
  return 'completed'
}

async function recordStep(run: FitRun, now: number): Promise<void> {
  const { state, logSchedule, parts, trainBatches } = run
  const isDue = isDueAfterBatch(parts.options.logEvery, state, logSchedule, now, trainBatches)
  if (!isDue && parts.latch.requested === undefined) return
  Object.assign(logSchedule, { lastStep: state.step, lastAt: now })
  await run.recordMetrics({ source: 'train', interval: 'step' }, await run.epochLog.reported())
}

/** Where the epoch stands: at its beginning, or where the run that is resumed was saved. */
function beginEpoch(run: FitRun): void {
  const { resume } = run
  const isResumed = resume?.position.isInEpoch === true
  const { batch, isBoundaryPending, isDataOver } = isResumed ? resume.position : FRESH
  run.state.batch = batch
  Object.assign(run, { isInEpoch: true, isCut: false, isBoundaryPending, isDataOver })
  run.validated = undefined
  run.validatedInEpoch = isResumed ? resume.validated : undefined
  run.epochLog = run.newLog(batch)
  run.activeLog = run.epochLog
  if (isResumed) run.epochLog.restore(resume.metrics)
  if (isResumed && isDataOver)
    run.resume = { ...resume, position: { ...resume.position, ...FRESH } }
}

const FRESH = { batch: 0, isInEpoch: false, isBoundaryPending: false, isDataOver: false }

async function openTraining(run: FitRun): Promise<BatchCursor> {
  const { state, resume } = run
  const { train } = run.data
  run.resume = undefined
  const isGoingOn = resume?.position.isInEpoch === true
  const cursor = await BatchCursor.open(train, {
    epoch: state.epoch,
    limit: run.parts.options.limitBatches.train,
    place: 'data.train',
    state: isGoingOn || typeof train !== 'function' ? resume?.loader : undefined,
    around: (index, call) => run.hooks.sections.run('loader', index, call),
  })
  run.loaderState = () => cursor.state
  run.trainBatches = cursor.size
  if (isGoingOn) await goTo(run, cursor, resume)
  return cursor
}

/** Puts a loader where the saved run stood: by its state, else by reading and leaving out. */
async function goTo(run: FitRun, cursor: BatchCursor, resume: ResumePoint): Promise<void> {
  const { batch } = resume.position
  if (cursor.isResumable && resume.loader !== null) cursor.taken = batch
  if (cursor.taken === batch) return
  const text = `The training loader has no state and restore: ${batch} batches are read and left out`
  const hope = 'That is exact only if it gives the same batches again.'
  run.parts.report.info(`${text} to get where the saved run stood. ${hope}`)
  while (cursor.taken < batch) {
    const { done, value } = await cursor.next()
    if (done) return
    if (!cursor.isOwner) disposeAll(value)
  }
}
