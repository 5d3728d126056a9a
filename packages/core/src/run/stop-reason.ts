import { say } from '../floor/errors.js'
import type { StopReason } from '../state/run-state.js'
import type { FitRun } from './fit-run.js'

/** Why a run is over, if it is. A plugin's request waits for the minima. */
export function stopReasonOf(run: FitRun): StopReason | undefined {
  const { epoch, step } = run.state
  const { options, requested } = run.session
  if (requested && isRequestGranted(run, epoch)) return requested
  if (step >= options.maxSteps) return { kind: 'maxSteps' }
  if (run.elapsedMs() >= options.maxSeconds * 1000) return { kind: 'maxSeconds' }
  return epoch >= options.maxEpochs ? { kind: 'maxEpochs' } : undefined
}

/** Whether a plugin asked for the end and the minima are met once so many epochs are over. */
export function isRequestGranted({ session, state }: FitRun, epochs: number): boolean {
  const { options, requested } = session
  if (!requested) return false
  return epochs >= options.minEpochs && state.step >= options.minSteps
}

/** Whether a plugin's request ended the epoch that a resumed run is in, which is still to be closed. */
export const isEpochToBeClosed = (run: FitRun): boolean =>
  run.isInEpoch && stopReasonOf(run)?.kind === 'plugin'

/** Says once that a plugin's request to stop waits for the minima while training goes on. */
export function noteWaitingRequest(run: FitRun): void {
  const { options, requested, report } = run.session
  const { epoch, step } = run.state
  if (!requested || run.hasNotedRequest || isRequestGranted(run, epoch)) return
  run.hasNotedRequest = true
  const minima = [
    epoch < options.minEpochs && `minEpochs ${options.minEpochs}`,
    step < options.minSteps && `minSteps ${options.minSteps}`,
  ]
  const unmet = minima.filter(Boolean).join(' and ')
  report.info(say('notice.minimum', { ...requested, unmet, epoch, step }))
}

/** Whether nothing is left to do, as where a run is resumed that had come to its end. */
export function isOver(run: FitRun): boolean {
  const { options, signal } = run.session
  if (signal.aborted || options.limitBatches.train === 0) return true
  return stopReasonOf(run) !== undefined && !run.isBoundaryPending && !isEpochToBeClosed(run)
}
