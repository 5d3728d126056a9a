import type { MetricRecord, ParameterRecord } from '@regimen/logger-kit/writer'

/** Contexts as Comet's own clients call them. */
const CONTEXTS = { train: 'train', validation: 'validate', test: 'test' } as const

/** Fields of one value of a metric, the same in the REST API and in batches. */
export interface MetricFields {
  readonly metricName: string
  readonly metricValue: number | string
  readonly context: 'train' | 'validate' | 'test'
  readonly step: number
  readonly epoch: number
  readonly timestamp: number
}

/**
 * A value as Comet takes it. The mean of an epoch has a name of its own, `loss_epoch`: Comet would
 * draw it into the line of the steps.
 */
export function metricFields(
  record: MetricRecord,
  prefix: string | undefined,
): MetricFields {
  const { source, step, epoch, time, value } = record
  return {
    metricName: metricName(record, prefix),
    metricValue: numberField(value),
    context: CONTEXTS[source],
    step,
    epoch,
    timestamp: Math.round(time),
  }
}

/** JSON has no NaN, no infinity and no -0; Comet takes texts for numbers. */
export function numberField(value: number): number | string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

/** A parameter in the REST API. */
export function parameterFields({ name, value, time }: ParameterRecord) {
  return {
    parameterName: name,
    parameterValue: String(value),
    timestamp: Math.round(time),
  }
}

function metricName(
  { name, source, interval }: MetricRecord,
  prefix: string | undefined,
): string {
  const isMean = source === 'train' && interval === 'epoch' && !name.endsWith('_epoch')
  return `${prefix === undefined ? '' : `${prefix}-`}${name}${isMean ? '_epoch' : ''}`
}
