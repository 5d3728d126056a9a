import { BatchCursor } from '../data/batch-cursor.js'
import { disposeAll } from '../data/containers.js'
import { fail, say } from '../floor/errors.js'
import type { FitRun } from '../run/fit-run.js'

/** Opens the training data: at their beginning, or where the run that is resumed was saved. */
export async function openTraining(run: FitRun): Promise<BatchCursor> {
  const { data, session, resume: position, hooks, loaderPosition } = run
  const keepsPositions = hooks.isTapped('error')
  run.resume = undefined
  const source = { split: 'train', source: data.train, place: 'data.train' } as const
  const cursor = await BatchCursor.open({ ...source, session, position, keepsPositions })
  run.loaderPosition = () => cursor.position(run.state.batch)
  run.trainBatches = cursor.size
  try {
    run.schedules.checkShares()
    adviseLoader(run, cursor)
    const isRestored = position && position.state !== null && cursor.loader.restore
    if (!isRestored && run.state.batch > 0) {
      session.report.info(say('notice.leftOut', { batch: run.state.batch }))
    }
    await leaveOutUsed(run, cursor)
  } catch (thrown) {
    await cursor.close().catch(() => undefined)
    // No batch was trained on: the run still stands where it stood.
    run.loaderPosition = loaderPosition
    throw thrown
  }
  return cursor
}

/** Reads the batches that the saved run had used of its epoch again. @throws REG_DATA_FAILED */
async function leaveOutUsed({ state }: FitRun, cursor: BatchCursor): Promise<void> {
  const { batch, epoch } = state
  const place = 'data.train'
  while (cursor.taken < batch) {
    const { done, value } = await cursor.next()
    if (done)
      fail('REG_DATA_FAILED.tooFew', { place, count: cursor.taken, batch, epoch: epoch + 1 })
    if (!cursor.isOwner) disposeAll(value)
  }
}

/** A function that gives one and the same loader for every epoch hides its position: that is said once. */
function adviseLoader(run: FitRun, { loader }: BatchCursor): void {
  if (typeof run.data.train !== 'function' || !loader.state) return
  const isSame = loader === run.newestLoader
  if (isSame && !run.hasSaidSameLoader) run.session.report.warn(say('notice.sameLoader'))
  run.hasSaidSameLoader ||= isSame
  run.newestLoader = loader
}
