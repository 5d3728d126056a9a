import { BatchCursor } from './batch-source.js'
import { boundary, saveBoundary, validateIfDue } from './boundary.js'
import { disposeAll } from './containers.js'
import { RegimenError } from './errors.js'
import { isDueAfterBatch } from './every.js'
import type { FitRun, ResumePoint } from './fit-run.js'
import { FinalMetrics } from './metrics.js'
import { countersOf } from './run-state.js'
import type { Outcome, StopReason } from './stop.js'
import { trainBatch } from './train-batch.js'

/** A position from which the next epoch begins as usual. */
const NEXT_EPOCH = { isInEpoch: false, isBoundaryPending: false } as ResumePoint['position']

/** How an epoch went: to its end, cut short by a wish or limit, or interrupted by the signal. */
type EpochOutcome = Extract<Outcome, 'completed' | 'stopped' | 'interrupted'>

/** Trains until a limit, a plugin or the signal says stop. fitStart, the epochs, fitEnd. */
export async function fitLoop(run: FitRun): Promise<StopReason> {
  let stop: StopReason | undefined
  await run.emit('fitStart', countersOf(run.state))
  try {
    stop = await runEpochs(run)
  } catch (thrown) {
    await run.emitAfterError('fitEnd', fitEnd(run, 'failed', undefined))
    throw thrown
  }
  const outcome =
    stop.kind === 'signal' ? 'interrupted' : stop.kind === 'plugin' ? 'stopped' : 'completed'
  await run.emit('fitEnd', fitEnd(run, outcome, stop))
  return stop
}

async function runEpochs(run: FitRun): Promise<StopReason> {
  if (run.options.limitBatches.train === 0) return { kind: 'noBatches' }
  for (;;) {
    if (run.latch.isInterrupted) return run.latch.interruption
    const stop = run.stopReason(performance.now())
    const isEndPending = run.resume?.position.isBoundaryPending === true
    if (stop && !isEndPending) return stop
    if ((await runEpoch(run)) === 'interrupted') return run.latch.interruption
  }
}

/** epochStart, the batches, the validation that is due, epochEnd, monitor, save. */
async function runEpoch(run: FitRun): Promise<EpochOutcome> {
  const { state } = run
  beginEpoch(run)
  let outcome: EpochOutcome
  try {
    await run.emit('epochStart', countersOf(state))
    run.book.openTraining(run.log)
    outcome = await runBatches(run)
    if (outcome !== 'interrupted' && !(await validateIfDue(run, outcome))) outcome = 'interrupted'
    await flush(run)
  } catch (thrown) {
    run.log.dispose()
    run.book.close()
    await run.emitAfterError('epochEnd', epochEnd(run, 'failed', new Map()))
    throw thrown
  }
  if (outcome === 'interrupted') {
    run.book.close()
    await run.emit('epochEnd', epochEnd(run, outcome, run.log.allValues(false)))
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
  const { state, log, book } = run
  const values = log.allValues(true)
  const progress = log.progressNames
  book.openFinal(values, progress)
  const metrics = new FinalMetrics(values, progress, `epoch ${state.epoch}`)
  await run.emit('epochEnd', { ...countersOf(state), outcome, metrics })
  await book.settle()
  book.close()
  const reported = log.epochValues()
  for (const [name, value] of values) if (!log.has(name)) reported.set(name, value)
  for (const [name, value] of values) run.results.set(name, value)
  run.addHistoryRow(reported)
  await run.record(
    { kind: 'metrics', source: 'train', interval: 'epoch', values: Object.fromEntries(reported) },
    { epoch: state.epoch - 1 },
  )
  await boundary(run, { validation: run.validated !== undefined, epoch: true, training: values })
  run.validated = undefined
}

async function runBatches(run: FitRun): Promise<EpochOutcome> {
  if (run.isDataOver) return (await betweenBatches(run, OVER)) ?? 'completed'
  const cursor = await openTraining(run)
  const { isOwner } = cursor
  try {
    if (run.isBoundaryPending) {
      const outcome = await betweenBatches(run, cursor)
      if (outcome) return outcome
    }
    for (;;) {
      const pending = cursor.next()
      const next = pending instanceof Promise ? await pending : pending
      if (next.done) return completed(run)
      run.isBoundaryPending = false
      await trainBatch(run, next.value, isOwner)
      const outcome = (await afterBatch(run, cursor)) ?? (await betweenBatches(run, cursor))
      if (outcome) return outcome
    }
  } finally {
    const inEpoch = cursor.state ?? null
    await close(cursor)
    const nextEpoch = cursor.state ?? null
    run.loaderState = (isInEpoch) => (isInEpoch && !run.isDataOver ? inEpoch : nextEpoch)
  }
}

/** The log of the step, a breath, and the signal, which saves at once. */
async function afterBatch(
  run: FitRun,
  cursor: BatchCursor<unknown>,
): Promise<'interrupted' | undefined> {
  const now = performance.now()
  if (run.log.isFull) await flush(run)
  if (run.hasRecordReaders) await recordStep(run, now)
  const breath = run.breath.take(now)
  if (breath) await breath
  if (!run.latch.isInterrupted) return undefined
  await flush(run)
  if (cursor.size !== undefined && (await cursor.isAtEnd())) {
    run.isDataOver = true
    await close(cursor)
  }
  await saveBoundary(run, 'interrupted', { validation: false, epoch: false })
  return 'interrupted'
}

interface Ahead {
  readonly size: number | undefined
  isAtEnd(): Promise<boolean>
}
const OVER: Ahead = { size: undefined, isAtEnd: () => Promise.resolve(true) }

/** What may come between two batches: the limits, a validation, monitor and save. */
async function betweenBatches(run: FitRun, ahead: Ahead): Promise<EpochOutcome | undefined> {
  const now = performance.now()
  const { options, state, validationSchedule } = run
  const isStopping = run.stopReason(now) !== undefined
  const size = ahead.size ?? run.trainBatches
  const isDue = isDueAfterBatch(options.validateEvery, state, validationSchedule, now, size)
  if (!isStopping && !isDue && !run.isSaveRequested) return undefined
  if (isDue && !(await run.validate())) return 'interrupted'
  if (await ahead.isAtEnd()) return completed(run)
  if (isStopping) return 'stopped'
  await flush(run)
  run.isBoundaryPending = false
  const training = run.log.allValues(false)
  if (run.validated) await boundary(run, { validation: true, epoch: false, training })
  else if (run.isSaveRequested) {
    await saveBoundary(run, 'requested', { validation: false, epoch: false })
  }
  run.validated = undefined
  return run.stopReason(performance.now()) ? 'stopped' : undefined
}

async function close(cursor: BatchCursor<unknown>): Promise<void> {
  const unused = await cursor.close()
  if (!cursor.isOwner) disposeAll(unused)
}

function completed(run: FitRun): EpochOutcome {
  if (run.state.batch === 0) reportEmptyEpoch(run)
  run.isDataOver = true
  return 'completed'
}

async function flush(run: FitRun): Promise<void> {
  if (run.log.hasPending) await run.log.flush()
  run.markSafe()
}

async function recordStep(run: FitRun, now: number): Promise<void> {
  const { options, state, logSchedule, latch } = run
  const isDue = isDueAfterBatch(options.logEvery, state, logSchedule, now, run.trainBatches)
  if (!isDue && latch.requested === undefined) return
  logSchedule.lastStep = state.step
  logSchedule.lastAt = now
  const values = await run.log.stepValues()
  await run.record({ kind: 'metrics', source: 'train', interval: 'step', values })
}

function beginEpoch(run: FitRun): void {
  const { state, resume } = run
  const goesOn = resume?.position.isInEpoch === true
  state.batch = goesOn ? resume.position.batch : 0
  run.isInEpoch = true
  run.isCut = false
  run.isBoundaryPending = goesOn && resume.position.isBoundaryPending
  run.isDataOver = goesOn && resume.position.isDataOver
  run.validated = undefined
  run.validatedInEpoch = undefined
  run.log = run.newLog(state.batch)
  if (goesOn) run.log.restore(resume.metrics)
  if (run.isDataOver) run.resume = { ...(resume as ResumePoint), position: NEXT_EPOCH }
  run.book.openFinal(new Map(), [])
}

async function openTraining(run: FitRun): Promise<BatchCursor<unknown>> {
  const { state, resume, options, train } = run
  run.resume = undefined
  const goesOn = resume?.position.isInEpoch === true
  const isReusable = goesOn || typeof train !== 'function'
  const cursor = await BatchCursor.open(train, {
    epoch: state.epoch,
    limit: options.limitBatches.train,
    place: 'data.train',
    state: isReusable ? (resume?.loader ?? undefined) : undefined,
  })
  run.loaderState = () => cursor.state ?? null
  run.trainBatches = cursor.size
  if (goesOn) await goTo(run, cursor, resume)
  return cursor
}

/** Puts a loader where the saved run stood: by its state, else by reading and leaving out. */
async function goTo(run: FitRun, cursor: BatchCursor<unknown>, resume: ResumePoint): Promise<void> {
  const { batch } = resume.position
  if (cursor.isResumable && resume.loader !== null) {
    cursor.skipTo(batch)
    return
  }
  run.report.info(
    `The training loader cannot be put in the middle of an epoch (it has no state and restore): ${batch} batches are read and left out. That is exact only if it gives the same batches again.`,
  )
  for (let skipped = 0; skipped < batch; skipped++) {
    const { value } = await cursor.next()
    if (!cursor.isOwner) disposeAll(value)
  }
}

function reportEmptyEpoch(run: FitRun): void {
  const hint =
    'An iterator, such as the result of calling a generator function, can be gone through only once: give the function itself, or something with a [Symbol.iterator] that begins anew.'
  if (run.state.step === 0 && run.state.samples === 0) {
    throw new RegimenError('REG_DATA_EMPTY', `data.train gave no batch. ${hint}`)
  }
  run.report.warn(`data.train gave no batch in epoch ${run.state.epoch + 1}. ${hint}`)
}

function epochEnd(run: FitRun, outcome: Outcome, values: Map<string, number>) {
  const metrics = new FinalMetrics(values, run.log.progressNames, `epoch ${run.state.epoch + 1}`)
  return { ...countersOf(run.state), outcome, metrics }
}

function fitEnd(run: FitRun, outcome: Outcome, stop: StopReason | undefined) {
  const metrics = new FinalMetrics(run.results, [], 'the run')
  return { ...countersOf(run.state), outcome, stop, metrics }
}
