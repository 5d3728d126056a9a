/**
 * A fit's position in its loop; saved in snapshots.
 *
 * - `betweenEpochs`: no epoch has begun yet, or the last one has ended
 * - `inEpoch`: an epoch is in progress, and all that was due after its latest batch is done
 * - `afterBatch`: a validation that may be due after the latest batch is still to be done
 * - `afterLastBatch`: the same, and the epoch has no more batches
 * - `afterData`: the epoch has no more batches, and all that was due after the last one is done
 * - `cut`: a limit or a stop request ended the epoch before its data did; it is resumed
 */
export type Phase =
  | 'betweenEpochs'
  | 'inEpoch'
  | 'afterBatch'
  | 'afterLastBatch'
  | 'afterData'
  | 'cut'

/** Every phase. */
export const phases: readonly Phase[] = [
  'betweenEpochs',
  'inEpoch',
  'afterBatch',
  'afterLastBatch',
  'afterData',
  'cut',
]

/** Whether an epoch has begun and has not ended. */
export const isEpochOpen = (phase: Phase): boolean =>
  phase !== 'betweenEpochs' && phase !== 'cut'

/** Whether a validation that may be due after the latest batch is still to be done. */
export const isBoundaryPending = (phase: Phase): boolean =>
  phase === 'afterBatch' || phase === 'afterLastBatch'

/** Whether all batches of the epoch were used. */
export const isDataUsed = (phase: Phase): boolean =>
  phase === 'afterLastBatch' || phase === 'afterData'

/** Whether a resumed run reads the rest of an epoch's batches. */
export const isMidEpoch = (phase: Phase): boolean =>
  phase === 'inEpoch' || phase === 'afterBatch' || phase === 'cut'

/** The phase once the loader has no more batches. */
export const withoutData = (phase: Phase): Phase =>
  isBoundaryPending(phase) ? 'afterLastBatch' : 'afterData'

/** The flags that snapshots of format 1 once had instead of a phase. */
export interface PhaseFlags {
  readonly isInEpoch: boolean
  readonly isBoundaryPending: boolean
  readonly isDataOver: boolean
  readonly isCut?: boolean
}

/** The phase that the flags of a snapshot of format 1 mean. */
export function phaseOfFlags(flags: PhaseFlags): Phase {
  if (flags.isCut) return 'cut'
  if (!flags.isInEpoch) return 'betweenEpochs'
  if (flags.isDataOver) return flags.isBoundaryPending ? 'afterLastBatch' : 'afterData'
  return flags.isBoundaryPending ? 'afterBatch' : 'inEpoch'
}
