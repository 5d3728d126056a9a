import { type BestValue, describeStop, type HookPayload } from '@regimen/core'
import { formatCount } from './format-number.js'
import { formatSeconds } from './format-time.js'
import { type History, valuesOf } from './history.js'
import type { RunResult } from './result-text.js'
import { shownNames } from './shown-names.js'

/** When a fit began, by `performance.now()`, and how many samples it had used in runs before. */
export interface FitStart {
  readonly at: number
  readonly samples: number
}

/** How a fit went, for the table at its end. */
export function fitResult(
  payload: HookPayload<'fitEnd'>,
  start: FitStart,
  history: History,
  best: readonly BestValue[],
): RunResult {
  const { stop, epoch, step, samples, metrics } = payload
  const seconds = (performance.now() - start.at) / 1000
  const perSecond = seconds > 0 ? (samples - start.samples) / seconds : 0
  return {
    title: stop ? `fit ended: ${describeStop(stop)}` : 'fit failed',
    facts: [
      epoch === 1 ? '1 epoch' : `${formatCount(epoch)} epochs`,
      step === 1 ? '1 step' : `${formatCount(step)} steps`,
      formatSeconds(seconds),
      `${formatCount(samples)} samples`,
      `${formatCount(perSecond)} samples/s`,
    ],
    metrics: valuesOf(metrics, history.inOrder(shownNames(metrics.names))),
    ranges: history.ranges,
    best,
  }
}
