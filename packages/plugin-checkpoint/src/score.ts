import { type HookPayload, isNever, monitoredMetric, type RunInfo } from '@regimen/core'

type Save = HookPayload<'save'>

/** What is monitored, whether validations happen, and by whom it is, for errors. */
interface Monitoring {
  readonly monitor: string | undefined
  readonly hasValidation: boolean
  readonly id: string
}

/** Whether validations happen in a run. */
export function isValidating({ validationBatches, options }: RunInfo): boolean {
  return validationBatches !== 0 && !isNever(options.validateEvery)
}

/**
 * The monitored value as it was reported now; `undefined` if it is still to come.
 *
 * @throws REG_METRIC_MISSING if an epoch and its validation have ended without it
 */
export async function scoreOf(
  { metrics, counters, epoch, validation, reason }: Save,
  { monitor, hasValidation, id }: Monitoring,
): Promise<number | undefined> {
  if (monitor === undefined || reason === 'interrupted') return undefined
  if (metrics.has(monitor)) return metrics.get(monitor)
  if (monitor === 'epoch') return epoch ? counters.epoch - 1 : counters.epoch
  if (monitor === 'step') return counters.step
  return epoch && (validation || !hasValidation)
    ? monitoredMetric(metrics, monitor, id)
    : undefined
}

/** What a file name may hold: the metrics of this save, the epoch from 0, and the step. */
export async function valuesOf(
  { metrics, counters }: Save,
  epoch: number,
): Promise<Record<string, number>> {
  const values: Record<string, number> = { epoch, step: counters.step }
  for (const name of metrics.names) values[name] = await metrics.get(name)
  return values
}
