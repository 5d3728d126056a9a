import {
  copyNumbers,
  finalMetrics,
  type Metrics,
  type Numbers,
} from '../metrics/metrics.js'
import type { FitRun } from '../run/fit-run.js'
import { withCounters } from '../state/run-state.js'
import { type Outcome, outcomeOf, type StopReason } from '../state/stop-reason.js'

/** What taps of `fitEnd` receive: the latest value of every metric. */
export function endOfFit({ state, results }: FitRun, stop: StopReason | undefined) {
  const metrics = finalMetrics(results, 'the run')
  return withCounters(state, { stop, outcome: outcomeOf(stop), metrics })
}

/** What taps of `epochEnd` receive: the metrics of the epoch, final if it was completed or stopped. */
export function endOfEpoch(run: FitRun, outcome: Outcome) {
  const { state, epochLog, session } = run
  if (outcome === 'completed' || outcome === 'stopped') {
    const metrics = epochLog.finish(`epoch ${state.epoch}`)
    return withCounters(state, { outcome, metrics })
  }
  // What hooks log from now on belongs to no whole epoch: it is accepted, but not reported.
  session.activeLog = run.newLog()
  session.activeLog.finish('the epoch so far')
  return withCounters(state, { outcome, metrics: metricsSoFar(run) })
}

/** The metrics of an epoch that has not ended. */
export const metricsSoFar = ({ epochLog }: FitRun): Metrics =>
  finalMetrics(epochLog.values(), 'the epoch so far')

/**
 * Reports an epoch that has ended: adds its history row and sends its record. Taps of `epochEnd` may
 * have added metrics.
 *
 * @returns its metrics by each of their names
 */
export async function reportEpoch(run: FitRun): Promise<Numbers> {
  const { epochLog, history, results, validatedInEpoch, session } = run
  const epoch = run.state.epoch - 1
  const reported = await epochLog.reported()
  const values = { ...epochLog.values(), ...reported }
  copyNumbers(values, results)
  // An epoch that was cut short and resumed still has one row.
  if (history.at(-1)?.epoch === epoch) history.pop()
  history.push({ epoch, ...reported, ...validatedInEpoch })
  const content = {
    kind: 'metrics',
    source: 'train',
    interval: 'epoch',
    values: reported,
  } as const
  await session.record(content, { epoch })
  return values
}
