import type { HookPayload, PluginContext } from '@regimen/core'
import { formatSeconds } from './format.js'
import type { ProgressSettings } from './options.js'
import { resultText } from './results.js'
import { shownNames, valuesOf } from './shown-metrics.js'
import type { Terminal } from './terminal.js'
import { Tracker } from './tracker.js'

type BatchStarted = HookPayload<'validationBatchStart'>
type BatchEnded = Pick<HookPayload<'validationBatchEnd'>, 'evaluated'> &
  Partial<Pick<HookPayload<'validationBatchEnd'>, 'metrics'>>
type Ended = HookPayload<'validationEnd'>

/**
 * Shows validations, tests and predictions: a bar for each of their loaders, and the results if
 * they are a run by themselves.
 *
 * @returns the function that takes the bar away
 */
export function viewEvaluations(
  { id, hooks }: Pick<PluginContext, 'id' | 'hooks'>,
  terminal: Terminal,
  settings: ProgressSettings,
): () => void {
  const tracker = new Tracker(terminal)
  let loader: string | undefined
  let startedAt = 0
  let evaluated = 0
  let before = 0

  const start = (): void => {
    tracker.close()
    startedAt = performance.now()
    evaluated = 0
    before = 0
  }
  const batchStart = (payload: BatchStarted): void => {
    if (tracker.isOpen && payload.loader === loader) return
    tracker.end(evaluated - before)
    before = payload.evaluated
    loader = payload.loader
    tracker.begin({ label: labelOf(payload), done: 0, total: payload.total })
  }
  const batchEnd = (payload: BatchEnded): void => {
    evaluated = payload.evaluated
    const now = performance.now()
    if (now >= tracker.dueAt) tracker.update(evaluated - before, now, payload.metrics)
  }
  const end = ({ stage, outcome, metrics }: Ended): void => {
    tracker.end(evaluated - before)
    if (stage === 'fit' || outcome === 'failed' || !settings.results) return
    const result = {
      title: outcome === 'completed' ? `${stage} ended` : `${stage} ${outcome}`,
      facts: [
        evaluated === 1 ? '1 batch' : `${evaluated} batches`,
        formatSeconds((performance.now() - startedAt) / 1000),
      ],
      metrics: valuesOf(metrics, shownNames(metrics.names)),
      ranges: new Map(),
    }
    terminal.screen.print(`\n${resultText(result, terminal.width)}`)
  }

  hooks.validationStart.tap(id, start)
  hooks.validationBatchStart.tap(id, batchStart)
  hooks.validationBatchEnd.tap(id, batchEnd)
  hooks.validationEnd.tap(id, end)
  hooks.testStart.tap(id, start)
  hooks.testBatchStart.tap(id, batchStart)
  hooks.testBatchEnd.tap(id, batchEnd)
  hooks.testEnd.tap(id, end)
  hooks.predictStart.tap(id, start)
  hooks.predictBatchStart.tap(id, batchStart)
  hooks.predictBatchEnd.tap(id, batchEnd)
  hooks.predictEnd.tap(id, end)
  return () => tracker.close()
}

function labelOf({ stage, sanity, loader }: BatchStarted): string {
  const name = sanity
    ? 'sanity check'
    : stage === 'test' || stage === 'predict'
      ? stage
      : 'validation'
  return loader === undefined ? name : `${name} ${loader}`
}
