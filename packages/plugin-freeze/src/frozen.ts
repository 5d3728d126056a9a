/** A moment of a run: from an epoch on, counted from 0, or after so many steps. */
export interface Moment {
  readonly epochs?: number
  readonly steps?: number
}

/** When a group is frozen: from the one moment until the other. */
export interface FrozenTime {
  readonly from?: Moment | undefined
  /** Absent: until the end. */
  readonly until?: Moment | undefined
}

/** Completed epochs and steps. */
export interface Progress {
  readonly epoch: number
  readonly step: number
}

/** Whether a moment has come. */
function hasCome({ epochs, steps }: Moment, { epoch, step }: Progress): boolean {
  return epochs !== undefined ? epoch >= epochs : step >= (steps ?? 0)
}

/** Whether a group is frozen in the next batch: it depends on the counters only, so resumed runs agree. */
export function isFrozen({ from, until }: FrozenTime, progress: Progress): boolean {
  if (from && !hasCome(from, progress)) return false
  return !until || !hasCome(until, progress)
}
