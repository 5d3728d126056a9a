import { BatchCursor, type CursorOptions } from '../data/batch-cursor.js'
import type { BatchLimits } from '../state/options.js'
import type { Session } from './session.js'

/** What of a loader is opened: its source and place, where it begins, and which limit it has. */
type LoaderOptions = Pick<CursorOptions, 'source' | 'place' | 'position' | 'keepsPositions'> & {
  readonly split: keyof BatchLimits
}

/** Opens a loader for the epoch that a run is in. @throws REG_DATA_FAILED, REG_DATA_INVALID */
export function openLoader(session: Session, options: LoaderOptions): Promise<BatchCursor> {
  const { split, ...source } = options
  const { state, hooks, report, noticesGiven } = session
  const section = split === 'train' ? 'loader' : 'evaluation'
  return BatchCursor.open({
    ...source,
    epoch: state.epoch,
    isMidEpoch: state.batch > 0,
    limit: session.options.limitBatches[split],
    call: (batch, call) => hooks.userCodeWrappers.run(section, batch, call),
    warnOnce: (key, text) => {
      if (!noticesGiven.has(key)) report.warn(text)
      noticesGiven.add(key)
    },
  })
}
