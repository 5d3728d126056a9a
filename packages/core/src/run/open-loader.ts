import { BatchCursor, type CursorOptions } from '../data/batch-cursor.js'
import type { BatchLimits } from '../state/options.js'
import type { Session } from './session.js'

/** Which loader to open, at which position and with which limit. */
type LoaderOptions = Pick<
  CursorOptions,
  'source' | 'place' | 'position' | 'keepsPositions'
> & {
  readonly split: keyof BatchLimits
}

/** Opens a loader for the epoch that a run is in. @throws REG_DATA_FAILED, REG_DATA_INVALID */
export function openLoader(
  session: Session,
  options: LoaderOptions,
): Promise<BatchCursor> {
  const { split, ...source } = options
  const { state, hooks, report, noticesShown } = session
  const section = split === 'train' ? 'loader' : 'evaluation'
  return BatchCursor.open({
    ...source,
    epoch: state.epoch,
    isMidEpoch: state.batch > 0,
    trained: session.stage === 'fit' ? undefined : session.trainedLoader,
    limit: session.options.limitBatches[split],
    call: (batch, call) => hooks.userCodeWrappers.run(section, batch, call),
    warnOnce: (key, text) => {
      if (!noticesShown.has(key)) report.warn(text)
      noticesShown.add(key)
    },
  })
}
