import { RegimenError, type Snapshot, type SnapshotMeta, type TensorData } from '@regimen/core'
import { digest, noDigest } from './digest.js'
import {
  headSizeOf,
  LENGTH_BYTES,
  layOut,
  parseHeader,
  type SafetensorsHeader,
  tensorsIn,
} from './safetensors.js'
import type { FileContent } from './store.js'

/** The version of what stands in a file's metadata. */
export const FILE_FORMAT = 1

/** What a file says about itself, so that it can be found without reading its tensors. */
export interface CheckpointInfo {
  /** Counted from 0: the epoch that it was written in. */
  readonly epoch: number
  /** Completed batches of that epoch. */
  readonly batch: number
  /** Optimizer steps of the whole run. */
  readonly step: number
  /** Value of the monitored metric; `null` where there was none, or where it was NaN. */
  readonly score: number | null
  readonly monitor: string | null
  /** Tells runs apart: those that go on in the same folder have the same one. */
  readonly run: string
  /** Saves of the run so far: the higher, the newer. */
  readonly sequence: number
  /** When, in milliseconds since 1970. */
  readonly savedAt: number
}

const PLACES = placesOfDigests()

/**
 * A snapshot as one safetensors file. The arrays of weights and optimizer slots are handed on as they
 * are; those of plugins, which may still hold them, are copied.
 */
export function packSnapshot(snapshot: Snapshot, info: CheckpointInfo): FileContent {
  const { meta } = snapshot
  const tensors = Object.fromEntries(
    Object.entries(snapshot.tensors).map(([name, tensor]) => [name, owned(name, tensor)]),
  )
  const metadata = {
    sha256: noDigest,
    header_sha256: noDigest,
    regimen: String(FILE_FORMAT),
    checkpoint: JSON.stringify(info),
    state: JSON.stringify(meta),
  }
  const { head, body, names } = layOut(tensors, metadata)
  const withoutNaN = names.flatMap((name, index) =>
    name.startsWith('module/') && tensors[name]?.dtype === 'float32' ? [index] : [],
  )
  return { head, body, withoutNaN, digestsAt: PLACES }
}

/**
 * The snapshot in a file, after every byte of it has been verified.
 *
 * @throws REG_CHECKPOINT_DAMAGED naming the file
 */
export async function unpackSnapshot(file: Uint8Array, name: string): Promise<Snapshot> {
  const header = headerOf(file, name)
  const head = file.slice(0, header.bodyAt)
  checkVersion(header.metadata, name)
  if (file.length !== header.size) {
    throw damaged(name, `it has ${file.length} bytes instead of ${header.size}`)
  }
  for (const part of ['head', 'body'] as const) {
    const at = PLACES[part]
    const told = new TextDecoder().decode(head.subarray(at, at + noDigest.length))
    if (part === 'head') head.fill(0x30, at, at + noDigest.length)
    const found = await digest(part === 'head' ? head : file.subarray(header.bodyAt))
    if (told !== found) throw damaged(name, `the sha256 of its ${part} is wrong`)
  }
  try {
    const meta = JSON.parse(header.metadata.state ?? 'null') as SnapshotMeta
    return { meta, tensors: tensorsIn(file, header) }
  } catch (thrown) {
    throw damaged(name, messageOf(thrown))
  }
}

/**
 * What a file says about itself, and the sha256 of its tensors. Only its head is needed.
 *
 * @throws REG_CHECKPOINT_DAMAGED
 */
export function infoIn(head: Uint8Array, name: string): CheckpointInfo & { sha256: string } {
  const { metadata } = headerOf(head, name)
  checkVersion(metadata, name)
  try {
    const info = JSON.parse(metadata.checkpoint ?? '') as CheckpointInfo
    return { ...info, sha256: metadata.sha256 ?? '' }
  } catch (thrown) {
    throw damaged(name, messageOf(thrown))
  }
}

/** Bytes of a file's head. @throws REG_CHECKPOINT_DAMAGED */
export function headSize(start: Uint8Array, name: string): number {
  try {
    return headSizeOf(start)
  } catch (thrown) {
    throw damaged(name, messageOf(thrown))
  }
}

function headerOf(bytes: Uint8Array, name: string): SafetensorsHeader {
  if (bytes.length === 0) throw damaged(name, 'it is empty')
  try {
    return parseHeader(bytes)
  } catch (thrown) {
    throw damaged(name, messageOf(thrown))
  }
}

function checkVersion({ regimen, state }: SafetensorsHeader['metadata'], name: string): void {
  if (regimen === undefined) throw damaged(name, 'it is no checkpoint of Regimen')
  const inState = Number(/^\{"format":(\d+)/.exec(state ?? '')?.[1])
  const found = Math.max(Number(regimen), inState)
  if (found <= FILE_FORMAT) return
  const text = `"${name}" has format ${found}; this version reads up to ${FILE_FORMAT}`
  throw new RegimenError(
    'REG_CHECKPOINT_DAMAGED',
    `${text}. It was written by a newer version: upgrade @regimen/plugin-checkpoint and @regimen/core.`,
  )
}

function damaged(name: string, why: string) {
  const advice = 'Resume from another one; the file is left as it is'
  return new RegimenError('REG_CHECKPOINT_DAMAGED', `"${name}" is damaged: ${why}. ${advice}.`)
}

function owned(name: string, tensor: TensorData): TensorData {
  const { data } = tensor
  const isOurs = name.startsWith('module/') || name.startsWith('optimizer/')
  const isWhole = data.byteLength === data.buffer.byteLength
  return isOurs && isWhole ? tensor : { ...tensor, data: data.slice() }
}

function placesOfDigests() {
  const start = `{"__metadata__":{"sha256":"${noDigest}","header_sha256":"${noDigest}"`
  const first = LENGTH_BYTES + start.indexOf(noDigest)
  return { body: first, head: LENGTH_BYTES + start.lastIndexOf(noDigest) }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
