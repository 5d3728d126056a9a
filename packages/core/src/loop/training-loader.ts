import type { BatchCursor } from '../data/batch-cursor.js'
import { disposeAll } from '../data/containers.js'
import { fail, say } from '../floor/errors.js'
import type { FitRun } from '../run/fit-run.js'
import { openLoader } from '../run/open-loader.js'

/** Opens the training data: from the beginning, or from the position that a resumed run was saved at. */
export async function openTraining(run: FitRun): Promise<BatchCursor> {
  const { data, session, resumedLoader: position, hooks, state } = run
  const keepsPositions = hooks.isTapped('error')
  run.resumedLoader = undefined
  const source = { split: 'train', source: data.train, place: 'data.train' } as const
  const cursor = await openLoader(session, { ...source, position, keepsPositions })
  run.cursor = cursor
  run.trainBatches = cursor.size
  try {
    run.schedules.checkShares()
    adviseLoader(run, cursor)
    const isRestored = position && position.state !== null && cursor.loader.restore
    if (!isRestored && state.batch > 0) {
      session.report.info(say('notice.batchesSkipped', { batch: state.batch }))
    }
    await skipUsed(run, cursor)
  } catch (thrown) {
    await cursor.close().catch(() => undefined)
    // No batch was trained on: the run's position has not changed.
    run.cursor = undefined
    throw thrown
  }
  return cursor
}

/** Reads and skips the batches of the epoch that the saved run had used. @throws REG_DATA_FAILED */
async function skipUsed({ state }: FitRun, cursor: BatchCursor): Promise<void> {
  const { batch, epoch } = state
  const place = 'data.train'
  while (cursor.taken < batch) {
    const { done, value } = await cursor.next()
    if (done)
      fail('REG_DATA_FAILED.tooFew', {
        place,
        count: cursor.taken,
        batch,
        epoch: epoch + 1,
      })
    if (!cursor.isOwner) disposeAll(value)
  }
}

/** Warns once if a function returns the same loader for every epoch, which hides its position. */
function adviseLoader(run: FitRun, { loader }: BatchCursor): void {
  if (typeof run.data.train !== 'function' || !loader.state) return
  const isSame = loader === run.latestLoader
  if (isSame && !run.hasWarnedOfSameLoader)
    run.session.report.warn(say('notice.sameLoader'))
  run.hasWarnedOfSameLoader ||= isSame
  run.latestLoader = loader
}

/** Closes the training data and keeps their position. */
export async function closeTraining(run: FitRun, cursor: BatchCursor): Promise<void> {
  const inEpoch = cursor.position(run.state.batch)
  await cursor.close()
  run.cursor = undefined
  run.closedLoader = { inEpoch, next: cursor.nextPosition() }
}

/** Whether a batch is the last of its epoch. If the loader fails, the batch is disposed of. */
export async function isLastBatch(cursor: BatchCursor, batch: unknown): Promise<boolean> {
  try {
    return await cursor.isAtEnd()
  } catch (thrown) {
    if (!cursor.isOwner) disposeAll(batch)
    throw thrown
  }
}
