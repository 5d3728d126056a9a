import type { MetricRecord, ParameterRecord } from '@regimen/logger-kit/writer'

/** A value of a metric as MLflow takes it. */
export interface MetricFields {
  readonly key: string
  readonly value: number | string
  readonly timestamp: number
  readonly step: number
}

/** A parameter or tag as MLflow takes it. */
export interface PairFields {
  readonly key: string
  readonly value: string
}

/** The most that MLflow takes at once (mlflow/utils/validation.py). */
export const LIMITS = { metrics: 1000, params: 100, tags: 100, bytes: 1_000_000 } as const

/** What is around the values: the run's id and the names of the lists. */
const FRAME_BYTES = 1000

/** The mean of an epoch has a name of its own, `loss_epoch`: it is no point of the line of the steps. */
export function metricName(
  { name, source, interval }: Pick<MetricRecord, 'name' | 'source' | 'interval'>,
  prefix: string | undefined,
): string {
  const isMean = source === 'train' && interval === 'epoch' && !name.endsWith('_epoch')
  return `${prefix === undefined ? '' : `${prefix}-`}${name}${isMean ? '_epoch' : ''}`
}

/** JSON has no NaN, no infinity and no -0: as in the JSON of Protocol Buffers they are texts. */
export function numberField(value: number): number | string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

export function metricFields(
  record: MetricRecord,
  prefix: string | undefined,
): MetricFields {
  const { value, time: timestamp, step } = record
  const key = metricName(record, prefix)
  return { key, value: numberField(value), timestamp: Math.round(timestamp), step }
}

/** A parameter; one that is longer than `limit` is cut, which its end shows. */
export function parameterFields(
  { name, value }: Pick<ParameterRecord, 'name' | 'value'>,
  limit: number,
): PairFields {
  const text = String(value)
  const isLong = text.length > limit
  return { key: name, value: isLong ? `${text.slice(0, limit - 1)}…` : text }
}

/** Parts of a list that MLflow takes in one request each. */
export function batched<Fields extends object>(
  all: readonly Fields[],
  most: number,
): (readonly Fields[])[] {
  const batches: Fields[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const fields of all) {
    const size = Buffer.byteLength(JSON.stringify(fields)) + 1
    const last = batches.at(-1)
    if (!last || last.length === most || bytes + size > LIMITS.bytes - FRAME_BYTES) {
      batches.push([fields])
      bytes = size
    } else {
      last.push(fields)
      bytes += size
    }
  }
  return batches
}
