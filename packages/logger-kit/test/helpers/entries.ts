import type { MetricsEntry } from '../../src/record/entry.js'

/** Metrics of a step that are the records `seq` and on. */
export const metricsEntry = (
  seq: number,
  values: Readonly<Record<string, number>> = { loss: seq },
): MetricsEntry => ({
  ...{ kind: 'metrics', seq, time: 1_700_000_000_000 + seq, step: seq, epoch: 0 },
  ...{ source: 'train', interval: 'step' },
  names: Object.keys(values),
  values: Object.values(values),
})
