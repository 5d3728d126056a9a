import { say } from '../floor/errors.js'
import { isBoundaryPending, isEpochOpen } from '../state/phase.js'
import type { StopReason } from '../state/stop-reason.js'
import type { FitState } from './fit-state.js'

/** Why a run has to stop, if so. A plugin's stop request waits for `minEpochs` and `minSteps`. */
export function stopReasonOf(run: FitState): StopReason | undefined {
  const { epoch, step } = run.state
  const { options, stopRequest } = run.session
  if (stopRequest && isRequestGranted(run, epoch)) return stopRequest
  if (step >= options.maxSteps) return { kind: 'maxSteps' }
  if (run.elapsedMs() >= options.maxSeconds * 1000) return { kind: 'maxSeconds' }
  return epoch >= options.maxEpochs ? { kind: 'maxEpochs' } : undefined
}

/** Whether there is a stop request and the minima are met after so many epochs. */
export function isRequestGranted({ session, state }: FitState, epochs: number): boolean {
  const { options, stopRequest } = session
  if (!stopRequest) return false
  return epochs >= options.minEpochs && state.step >= options.minSteps
}

/** Whether a stop request cut short the epoch that a resumed run is in, and it is still to be closed. */
export const isEpochToBeClosed = (run: FitState): boolean =>
  isEpochOpen(run.phase) && stopReasonOf(run)?.kind === 'plugin'

/** Reports once that a stop request waits for the minima while training continues. */
export function noteWaitingRequest(run: FitState): void {
  const { options, stopRequest, report } = run.session
  const { epoch, step } = run.state
  if (!stopRequest || run.hasNotedRequest || isRequestGranted(run, epoch)) return
  run.hasNotedRequest = true
  const minima = [
    epoch < options.minEpochs && `minEpochs ${options.minEpochs}`,
    step < options.minSteps && `minSteps ${options.minSteps}`,
  ]
  const unmet = minima.filter(Boolean).join(' and ')
  report.info(say('notice.minimum', { ...stopRequest, unmet, epoch, step }))
}

/** Whether nothing is left to do, as when a run is resumed that had already ended. */
export function isOver(run: FitState): boolean {
  const { options, signal } = run.session
  if (signal.aborted || options.limitBatches.train === 0) return true
  const isStopped = stopReasonOf(run) !== undefined
  return isStopped && !isBoundaryPending(run.phase) && !isEpochToBeClosed(run)
}
