import { BatchCursor } from './batch-source.js'
import { disposeAll } from './containers.js'
import { RegimenError } from './errors.js'
import { isDueAfterBatch, isDueAtEpoch, isWithinEpoch } from './every.js'
import type { FitRun, ResumePoint } from './fit-run.js'
import { finalMetrics } from './metrics.js'
import { at } from './run-state.js'
import type { Outcome, StopReason } from './stop.js'
import { trainBatch } from './train-batch.js'

/** How an epoch went: to its end, cut short by a wish or limit, or interrupted by the signal. */
type EpochOutcome = Extract<Outcome, 'completed' | 'stopped' | 'interrupted'>

/** Trains until a limit, a plugin or the signal says stop: fitStart, the epochs, fitEnd. */
export async function fitLoop(run: FitRun): Promise<StopReason> {
  const end = (outcome: Outcome, stop?: StopReason) =>
    at(run.state, { outcome, stop, metrics: finalMetrics(run.results, [], 'the run') })
  await run.emit('fitStart', at(run.state, {}))
  let stop: StopReason
  try {
    stop = await runEpochs(run)
  } catch (thrown) {
    await run.emitAfterError('fitEnd', end('failed'))
    throw thrown
  }
  await run.emit('fitEnd', end(outcomeOf(stop), stop))
  return stop
}

/** How a fit went that ended for a reason. */
export function outcomeOf({ kind }: StopReason): Outcome {
  return kind === 'signal' ? 'interrupted' : kind === 'plugin' ? 'stopped' : 'completed'
}

async function runEpochs(run: FitRun): Promise<StopReason> {
  const { options, latch } = run.parts
  if (options.limitBatches.train === 0) return { kind: 'noBatches' }
  for (;;) {
    if (run.isInterrupted) return latch.interruption
    const stop = run.stopReason
    const isEndPending = run.resume?.position.isBoundaryPending === true
    if (stop && !isEndPending) return stop
    if ((await runEpoch(run)) === 'interrupted') return latch.interruption
  }
}

/** epochStart, the batches, the validation that is due, epochEnd, monitor, save. */
async function runEpoch(run: FitRun): Promise<EpochOutcome> {
  const { state } = run
  beginEpoch(run)
  let outcome: EpochOutcome
  try {
    await run.emit('epochStart', at(state, {}))
    outcome = await runBatches(run)
    if (outcome !== 'interrupted' && !(await validateAtEnd(run, outcome))) outcome = 'interrupted'
    await run.flush()
  } catch (thrown) {
    run.epochLog.dispose()
    run.activeLog = undefined
    const metrics = finalMetrics(new Map(), [], 'the failed epoch')
    await run.emitAfterError('epochEnd', at(state, { outcome: 'failed', metrics }))
    throw thrown
  }
  if (outcome === 'interrupted') {
    const metrics = finalMetrics(run.epochLog.values(false), [], 'the epoch so far')
    run.activeLog = undefined
    await run.emit('epochEnd', at(state, { outcome, metrics }))
    return outcome
  }
  state.epoch++
  run.isCut = outcome === 'stopped'
  run.isInEpoch = false
  run.isBoundaryPending = false
  await endEpoch(run, outcome)
  return outcome
}

async function endEpoch(run: FitRun, outcome: EpochOutcome): Promise<void> {
  const { state, epochLog, history } = run
  const { metrics, values } = epochLog.finish(`epoch ${state.epoch}`)
  run.activeLog = epochLog
  await run.emit('epochEnd', at(state, { outcome, metrics }))
  const reported = await epochLog.reported()
  run.activeLog = undefined
  for (const [name, value] of values) run.results.set(name, value)
  const epoch = state.epoch - 1
  if (history.at(-1)?.epoch === epoch) history.pop()
  history.push(
    Object.assign({ epoch }, Object.fromEntries([...reported, ...(run.validatedInEpoch ?? [])])),
  )
  const content = { kind: 'metrics', source: 'train', interval: 'epoch' } as const
  await run.record({ ...content, values: Object.fromEntries(reported) }, { epoch })
  await run.boundary(values, true)
}

async function runBatches(run: FitRun): Promise<EpochOutcome> {
  if (run.isDataOver) return (await betweenBatches(run, undefined)) ?? 'completed'
  const cursor = await openTraining(run)
  run.activeLog = run.epochLog
  try {
    const pending = run.isBoundaryPending ? await betweenBatches(run, cursor) : undefined
    if (pending) return pending
    for (;;) {
      const next = cursor.next()
      const { done, value } = next instanceof Promise ? await next : next
      if (done) return completed(run)
      run.isBoundaryPending = false
      await trainBatch(run, value, cursor.isOwner)
      const outcome = (await afterBatch(run, cursor)) ?? (await betweenBatches(run, cursor))
      if (outcome) return outcome
    }
  } finally {
    const inEpoch = cursor.state
    await cursor.close()
    const nextEpoch = cursor.state
    run.loaderState = (isInEpoch) => (isInEpoch && !run.isDataOver ? inEpoch : nextEpoch)
  }
}

/** The log of the step, a breath, and the signal, which saves at once. */
async function afterBatch(run: FitRun, cursor: BatchCursor): Promise<'interrupted' | undefined> {
  const now = performance.now()
  if (run.epochLog.isFull) await run.flush()
  if (run.hasRecordReaders) await recordStep(run, now)
  const breath = run.breath.take(now)
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
async function betweenBatches(
  run: FitRun,
  cursor: BatchCursor | undefined,
): Promise<EpochOutcome | undefined> {
  const { validateEvery } = run.parts.options
  const isStopping = run.stopReason !== undefined
  const size = cursor ? cursor.size : run.trainBatches
  const { state, validationSchedule } = run
  const isDue = isDueAfterBatch(validateEvery, state, validationSchedule, performance.now(), size)
  if (!isStopping && !isDue && !run.isSaveRequested) return undefined
  if (isDue && !(await run.validate())) return 'interrupted'
  if (!cursor || (await cursor.isAtEnd())) return completed(run)
  if (isStopping) return 'stopped'
  await run.flush()
  run.isBoundaryPending = false
  if (run.validated) await run.boundary(run.epochLog.values(false), false)
  else if (run.isSaveRequested) await run.save('requested')
  return run.stopReason ? 'stopped' : undefined
}

/** The validation at the end of an epoch. @returns false where the signal interrupted it */
async function validateAtEnd(run: FitRun, outcome: EpochOutcome): Promise<boolean> {
  const { validateEvery } = run.parts.options
  const isWish = run.parts.latch.requested !== undefined
  if (run.validated || (outcome === 'stopped' && !isWish)) return true
  const isLastChance = isWish && isWithinEpoch(validateEvery)
  const isDue = isLastChance || isDueAtEpoch(validateEvery, run.state.epoch + 1)
  return isDue ? run.validate() : true
}

function completed(run: FitRun): EpochOutcome {
  run.isDataOver = true
  if (run.state.batch > 0) return 'completed'
  const text = `data.train gave no batch in epoch ${run.state.epoch + 1}. An iterator, such as the result of a generator function, can be gone through only once: give the function itself, or something with a [Symbol.iterator] that begins anew.`
  if (run.state.samples === 0) throw new RegimenError('REG_DATA_EMPTY', text)
  run.parts.report.warn(text)
  return 'completed'
}

async function recordStep(run: FitRun, now: number): Promise<void> {
  const { state, logSchedule, parts, trainBatches } = run
  const isDue = isDueAfterBatch(parts.options.logEvery, state, logSchedule, now, trainBatches)
  if (!isDue && parts.latch.requested === undefined) return
  logSchedule.lastStep = state.step
  logSchedule.lastAt = now
  const values = await run.epochLog.stepValues()
  await run.record({ kind: 'metrics', source: 'train', interval: 'step', values })
}

function beginEpoch(run: FitRun): void {
  const { state, resume } = run
  const position = resume?.position.isInEpoch ? resume.position : undefined
  state.batch = position?.batch ?? 0
  run.isInEpoch = true
  run.isCut = false
  run.isBoundaryPending = position?.isBoundaryPending ?? false
  run.isDataOver = position?.isDataOver ?? false
  run.validated = undefined
  run.validatedInEpoch = undefined
  run.epochLog = run.newLog(state.batch)
  run.activeLog = run.epochLog
  if (position) run.epochLog.restore(resume?.metrics ?? [])
  if (resume && position?.isDataOver) {
    run.resume = {
      ...resume,
      position: { ...position, isInEpoch: false, isBoundaryPending: false },
    }
  }
}

async function openTraining(run: FitRun): Promise<BatchCursor> {
  const { state, resume } = run
  const { train } = run.fit.data
  run.resume = undefined
  const isGoingOn = resume?.position.isInEpoch === true
  const cursor = await BatchCursor.open(train, {
    epoch: state.epoch,
    limit: run.parts.options.limitBatches.train,
    place: 'data.train',
    state: isGoingOn || typeof train !== 'function' ? resume?.loader : undefined,
  })
  run.loaderState = () => cursor.state
  run.trainBatches = cursor.size
  if (isGoingOn) await goTo(run, cursor, resume)
  return cursor
}

/** Puts a loader where the saved run stood: by its state, else by reading and leaving out. */
async function goTo(run: FitRun, cursor: BatchCursor, resume: ResumePoint): Promise<void> {
  const { batch } = resume.position
  if (cursor.isResumable && resume.loader !== null) {
    cursor.taken = batch
    return
  }
  run.parts.report.info(
    `The training loader has no state and restore: ${batch} batches are read and left out to get where the saved run stood. That is exact only if it gives the same batches again.`,
  )
  while (cursor.taken < batch) {
    const { done, value } = await cursor.next()
    if (done) return
    if (!cursor.isOwner) disposeAll(value)
  }
}
