import type { BatchCursor } from '../data/batch-cursor.js'
import type { FitRun } from '../run/fit-run.js'
import { isRequestGranted } from '../run/stop-rules.js'

/** Records the metrics of a step if that is due, or if a stop request makes it the last step. */
export async function recordStep(run: FitRun, cursor: BatchCursor): Promise<void> {
  const { session, state, epochLog, schedules } = run
  const { log } = schedules
  const isDue = log.isDueAfterBatch() || isRequestGranted(run, state.epoch)
  const isWantedAtEnd = log.isDueAfterEpoch() || isRequestGranted(run, state.epoch + 1)
  if (!isDue && !(isWantedAtEnd && (await cursor.isAtEnd()))) return
  const values = await session.reading(epochLog, () => epochLog.reported())
  await session.record({ kind: 'metrics', source: 'train', interval: 'step', values })
  log.markDone()
}

/** Records the step before the point of resuming, unless the saved run had already done so. */
export async function recordResumedStep(run: FitRun, cursor: BatchCursor): Promise<void> {
  const { last } = run.schedules.log
  const { epoch, batch } = run.schedules.clock
  const isRecorded = last.epoch === epoch && last.batch === batch
  if (!isRecorded) await recordStep(run, cursor)
}
