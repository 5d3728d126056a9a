import type { MetricRecord, WriterRecord } from '@regimen/logger-kit/writer'
import { imageFile } from './image-file.js'

/** What JSON allows in a text but a screen, or YAML, takes for something else. */
const UNPRINTABLE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON in which what does not print is escaped: the same values. */
export function printableJson(json: string): string {
  return json.replace(
    UNPRINTABLE,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A record as a line of JSON. NaN and the infinities are the texts `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export function jsonLine(record: WriterRecord): string {
  if (record.kind === 'metric') return metricLine(record)
  const { seq, time, kind, step, epoch } = record
  const name = 'name' in record ? record.name : kind
  const line = { seq, t: time, kind, name, ...contentOf(record), step, epoch }
  return `${printableJson(JSON.stringify(line, finite))}\n`
}

/** By hand, since `JSON.stringify` makes 0 of -0. */
function metricLine({
  seq,
  time,
  name,
  value,
  step,
  epoch,
  ...rest
}: MetricRecord): string {
  const number = Object.is(value, -0) ? '-0' : JSON.stringify(finite('', value))
  const head = `{"seq":${seq},"t":${time},"kind":"metric","name":${printableJson(JSON.stringify(name))}`
  const place = `"step":${step},"epoch":${epoch}`
  const context = `"context":"${rest.source}","interval":"${rest.interval}"`
  return `${head},"value":${number},${place},${context}}\n`
}

function contentOf(record: Exclude<WriterRecord, MetricRecord>): object {
  switch (record.kind) {
    case 'text':
      return { value: record.text, format: record.format }
    case 'histogram':
      return { edges: record.edges, counts: record.counts }
    case 'image': {
      const { mime, width, height, sha256 } = record
      return { mime, width, height, sha256, file: imageFile(record) }
    }
    case 'artifact':
      return { type: record.type, sha256: record.sha256 }
    case 'graph':
      return { format: record.format }
    case 'parameter':
    case 'other':
      return { value: record.value }
  }
}

/** `JSON.stringify` makes null of what is not finite. */
function finite(_: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
