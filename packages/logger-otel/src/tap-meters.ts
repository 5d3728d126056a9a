import type { PluginContext } from '@regimen/core'
import type { TracedRun } from './traced-run.js'

/** Measures a run: gauges of its metrics, how long its steps take, how many there are. */
export function tapMeters(
  { id, hooks }: PluginContext,
  current: () => TracedRun | undefined,
): void {
  let startedAt = 0
  let before = { step: 0, samples: 0 }

  hooks.record.tap(id, (record) => {
    if (record.kind === 'metrics') current()?.meters.metrics(record)
  })
  hooks.batchStart.tap(id, ({ step, samples }) => {
    before = { step, samples }
    startedAt = performance.now()
  })
  hooks.batchEnd.tap(id, ({ step, samples, outcome }) => {
    if (outcome === 'failed') return
    const seconds = (performance.now() - startedAt) / 1000
    current()?.meters.batch(seconds, step - before.step, samples - before.samples)
  })
}
