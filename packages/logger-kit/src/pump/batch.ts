import type { Capabilities } from '../writer/log-writer.js'
import type { WriterRecord } from '../writer/records.js'

/** The limits of one batch. */
export interface BatchLimits {
  readonly maxItems: number
  readonly maxBytes: number
  readonly isMixed: boolean
}

/** The limits that a writer asks for. */
export const limitsOf = (capabilities: Capabilities): BatchLimits => ({
  maxItems: Math.max(1, capabilities.maxItems ?? 1000),
  maxBytes: capabilities.maxBytes ?? 1_048_576,
  isMixed: capabilities.isMixed ?? false,
})

/** Roughly how large a record is, in bytes of JSON. */
export function sizeOf(record: WriterRecord): number {
  switch (record.kind) {
    case 'metric':
      return 120 + record.name.length
    case 'parameter':
      return 60 + record.name.length + String(record.value).length
    case 'text':
      return 80 + record.name.length + record.text.length
    case 'histogram':
      return 80 + 20 * record.counts.length * 2
    case 'graph':
      return 40 + record.body.length
    case 'other':
      return 60 + JSON.stringify(record.value).length
    default:
      return 300
  }
}

/**
 * How many of the first records make up one batch: of one kind unless it may be mixed, within the
 * limits, and without parting values that were logged together, if they fit at all.
 */
export function batchLength(
  recordAt: (index: number) => WriterRecord | undefined,
  { maxItems, maxBytes, isMixed }: BatchLimits,
): number {
  const first = recordAt(0)
  if (!first) return 0
  let bytes = 0
  let length = 0
  let groupStart = 0
  for (; ; length++) {
    const record = recordAt(length)
    if (!record || (!isMixed && record.kind !== first.kind)) return length
    if (groupOf(record) !== groupOf(recordAt(length - 1))) groupStart = length
    bytes += sizeOf(record)
    if (length === maxItems || (bytes > maxBytes && length > 0)) break
  }
  return groupStart > 0 ? groupStart : length
}

function groupOf(record: WriterRecord | undefined): number | undefined {
  return record?.kind === 'metric' ? record.group : record?.seq
}
