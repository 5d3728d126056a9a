import type { MetricsContent } from '@regimen/core'
import type {
  ArtifactRecord,
  ImageRecord,
  ParameterRecord,
  RecordBase,
  StoredFile,
  WriterRecord,
} from '../writer/records.js'

/** Values that were logged together; the first has the entry's `seq`, the next the one after it. */
export interface MetricsEntry extends RecordBase {
  readonly kind: 'metrics'
  readonly source: MetricsContent['source']
  readonly interval: MetricsContent['interval']
  readonly names: readonly string[]
  readonly values: readonly number[]
}

/** Hyperparameters that were logged together. */
export interface ParametersEntry extends RecordBase {
  readonly kind: 'parameters'
  readonly names: readonly string[]
  readonly values: readonly ParameterRecord['value'][]
}

/** What is queued and spooled as one: some values, or one record of another kind. */
export type Entry =
  | MetricsEntry
  | ParametersEntry
  | Exclude<WriterRecord, { kind: 'metric' | 'parameter' }>

/** How many records an entry is. */
export const countOf = (entry: Entry): number =>
  entry.kind === 'metrics' || entry.kind === 'parameters' ? entry.names.length : 1

/** The records of an entry, one value each, without those that `isDone` says are delivered. */
export function recordsOf(
  entry: Entry,
  isDone?: (seq: number) => boolean,
): WriterRecord[] {
  if (entry.kind !== 'metrics' && entry.kind !== 'parameters') {
    return isDone?.(entry.seq) ? [] : [entry]
  }
  const { seq: first, time, step, epoch, names } = entry
  const records: WriterRecord[] = []
  for (let index = 0; index < names.length; index++) {
    const seq = first + index
    if (isDone?.(seq)) continue
    const name = names[index] as string
    if (entry.kind === 'metrics') {
      const { source, interval, values } = entry
      const value = values[index] as number
      const kind = 'metric'
      records.push({
        kind,
        seq,
        time,
        step,
        epoch,
        name,
        value,
        source,
        interval,
        group: first,
      })
    } else {
      const value = entry.values[index] ?? null
      records.push({ kind: 'parameter', seq, time, step, epoch, name, value })
    }
  }
  return records
}

/** An image whose bytes are not in a file yet. */
export type LooseImage = Omit<ImageRecord, keyof StoredFile> & {
  readonly bytes: Uint8Array<ArrayBuffer>
}
/** An artifact whose copy is not measured yet. */
export type LooseArtifact = Omit<ArtifactRecord, 'size' | 'sha256'>
/** An entry as the training thread gives it. */
export type LooseEntry = Entry | LooseImage | LooseArtifact
