import { isDueAtEpoch, isWithinEpoch } from './every.js'
import type { FitRun } from './fit-run.js'
import { FinalMetrics } from './metrics.js'
import { countersOf } from './run-state.js'
import { collectSnapshot } from './snapshot-io.js'
import type { Outcome } from './stop.js'

/** What has just ended. */
interface Boundary {
  readonly validation: boolean
  readonly epoch: boolean
}

/**
 * Validates at the end of an epoch where that is due and was not done after its last batch.
 *
 * @returns false where the signal interrupted it
 */
export async function validateIfDue(run: FitRun, outcome: Outcome): Promise<boolean> {
  const { validateEvery } = run.options
  const isCut = outcome === 'stopped'
  const isWish = run.latch.requested !== undefined
  if (run.validated || (isCut && !isWish)) return true
  const isDue = isDueAtEpoch(validateEvery, run.state.epoch + 1)
  const isLastChance = isWish && isWithinEpoch(validateEvery)
  return isDue || isLastChance ? run.validate() : true
}

/** monitor, then save, after a validation or an epoch or both. */
export async function boundary(
  run: FitRun,
  what: Boundary & { readonly training: ReadonlyMap<string, number> },
): Promise<void> {
  const { validation, epoch } = what
  const values = new Map([...what.training, ...(run.validated ?? [])])
  const origin = validation ? `validation ${run.state.validations}` : `epoch ${run.state.epoch}`
  const metrics = new FinalMetrics(values, [], origin)
  await run.emit('monitor', { validation, epoch, counters: countersOf(run.state), metrics })
  await saveBoundary(run, 'boundary', { validation, epoch }, metrics)
}

/** save: every state and metric is fresh, and every loss so far was read and finite. */
export async function saveBoundary(
  run: FitRun,
  reason: 'boundary' | 'requested' | 'interrupted',
  { validation, epoch }: Boundary,
  metrics = new FinalMetrics(run.log.allValues(false), [], 'the epoch so far'),
): Promise<void> {
  run.isSaveRequested = false
  const counters = countersOf(run.state)
  const snapshot = () => collectSnapshot(run)
  await run.emit('save', { validation, epoch, reason, counters, metrics, snapshot })
}
