import {
  type BestValue,
  describeStop,
  type HookPayload,
  type PluginContext,
  type RunInfo,
} from '@regimen/core'
import { flow, formatCount, formatSeconds } from './format.js'
import { History } from './history.js'
import { epochLines, metricText } from './lines.js'
import type { ProgressSettings } from './options.js'
import { type RunResult, resultText } from './results.js'
import { shownNames, valuesOf } from './shown-metrics.js'
import { summaryText } from './summary.js'
import type { Terminal } from './terminal.js'
import { Tracker } from './tracker.js'

/**
 * Shows a fit: the model, a bar and a line per epoch, the results.
 *
 * @returns the function that takes its bar away
 */
export function viewTraining(
  { id, hooks, services }: Pick<PluginContext, 'id' | 'hooks' | 'services'>,
  terminal: Terminal,
  settings: ProgressSettings,
): () => void {
  const { screen, hasBars } = terminal
  const lineWidth = () => (hasBars ? terminal.width : Number.POSITIVE_INFINITY)
  const tracker = new Tracker(terminal)
  let run: RunInfo | undefined
  let isSummaryDue = false
  let history = new History()
  let epochNumber = 0
  let label = ''
  let epochStartedAt = 0
  let fitStart: FitStart = { timeMs: 0, samples: 0 }

  hooks.setup.tap(id, ({ stage, run: info }) => {
    run = info
    history = new History()
    isSummaryDue = stage === 'fit' && settings.summary
  })
  // Not before the first batch: the run may fail, or have nothing to train.
  hooks.batchStart.tap(id, () => {
    if (!isSummaryDue || !run) return
    isSummaryDue = false
    screen.print(summaryText(run, terminal.width))
  })
  hooks.fitStart.tap(id, ({ samples }) => {
    fitStart = { timeMs: performance.now(), samples }
  })
  hooks.epochStart.tap(id, ({ epoch, batch, step }) => {
    const { maxEpochs = Number.POSITIVE_INFINITY } = run?.options ?? {}
    epochNumber = epoch + 1
    label = Number.isFinite(maxEpochs)
      ? `epoch ${epochNumber}/${maxEpochs}`
      : `epoch ${epochNumber}`
    epochStartedAt = performance.now()
    history.beginEpoch()
    tracker.begin({ label, done: batch, total: totalOf(run, batch, step) })
  })
  hooks.batchEnd.tap(id, ({ batch, metrics }) => {
    const now = performance.now()
    if (now >= tracker.dueAt) tracker.update(batch, now, metrics)
  })
  hooks.validationStart.tap(id, ({ batch }) => tracker.pause(batch))
  hooks.validationEnd.tap(id, ({ sanity, outcome, metrics }) => {
    if (!sanity && outcome === 'completed') history.validated(metrics, epochNumber)
    tracker.resume()
  })
  hooks.epochEnd.tap(id, ({ batch, outcome, metrics }) => {
    tracker.end(batch)
    const isWhole = outcome === 'completed' || outcome === 'stopped'
    if (isWhole) history.trained(metrics, epochNumber)
    const remark = outcome === 'completed' ? undefined : outcome
    const seconds = (performance.now() - epochStartedAt) / 1000
    const summary = {
      label,
      remark,
      batches: batch,
      seconds,
      metrics: history.epochMetrics,
    }
    screen.print(epochLines(summary, lineWidth()).join('\n'))
  })
  hooks.monitor.tap(id, ({ validation, epoch, counters }) => {
    if (!validation || epoch) return
    const texts = [
      `${label}, batch ${counters.batch}:`,
      ...history.validationMetrics.map(metricText),
    ]
    screen.print(flow(texts, lineWidth()).join('\n'))
  })
  hooks.fitEnd.tap(id, (payload) => {
    if (!settings.results || payload.stop === undefined) return
    const watched = services('bestValue').map((service) => service.best())
    const best = watched.filter((value) => value !== undefined)
    const result = fitResult(payload, fitStart, history, best)
    screen.print(`\n${resultText(result, terminal.width)}`)
  })
  return () => tracker.close()
}

/** Batches of the epoch; if the loader does not say, as many as `maxSteps` leaves. */
function totalOf(
  run: RunInfo | undefined,
  batch: number,
  step: number,
): number | undefined {
  if (!run) return undefined
  const { maxSteps } = run.options
  return (
    run.trainBatches ?? (Number.isFinite(maxSteps) ? batch + maxSteps - step : undefined)
  )
}

/** When a fit began, and how many samples the runs before it had used. */
interface FitStart {
  /** A `performance.now()`. */
  readonly timeMs: number
  readonly samples: number
}

/** How a fit went, for the table at its end. */
function fitResult(
  payload: HookPayload<'fitEnd'>,
  start: FitStart,
  history: History,
  best: readonly BestValue[],
): RunResult {
  const { stop, epoch, step, samples, metrics } = payload
  const seconds = (performance.now() - start.timeMs) / 1000
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
