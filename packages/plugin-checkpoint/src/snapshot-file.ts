import {
  messageOf,
  RegimenError,
  type Snapshot,
  type SnapshotMeta,
  shape,
  snapshotFault,
  type TensorData,
} from '@regimen/core'
import { digest, noDigest } from './digest.js'
import { parseUntrusted } from './json-guard.js'
import {
  headSizeOf,
  LENGTH_BYTES,
  layOut,
  parseHeader,
  type SafetensorsHeader,
  tensorInfos,
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
  /** Value of the monitored metric; `null` if there was none, or if it was NaN. */
  readonly score: number | null
  readonly monitor: string | null
  /** Distinguishes runs: those that continue in the same folder share it. */
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
 *
 * @throws REG_STATE_INVALID for what could not be read again
 */
export function packSnapshot(snapshot: Snapshot, info: CheckpointInfo): FileContent {
  const { format, ...meta } = snapshot.meta
  const fault = snapshotFault(snapshot)
  if (fault !== undefined) {
    throw new RegimenError('REG_STATE_INVALID', `The state cannot be saved: ${fault}.`, {
      data: { fault },
    })
  }
  const tensors = Object.fromEntries(
    Object.entries(snapshot.tensors).map(([name, tensor]) => [name, owned(name, tensor)]),
  )
  const metadata = {
    sha256: noDigest,
    header_sha256: noDigest,
    regimen: String(FILE_FORMAT),
    checkpoint: JSON.stringify(info),
    // The format stands first, where a version that knows no newer one looks for it.
    state: JSON.stringify({ format, ...meta }),
  }
  const { head, body, names } = layOut(tensors, metadata)
  const withoutNaN = names.flatMap((name, index) =>
    name.startsWith('module/') && tensors[name]?.dtype === 'float32' ? [index] : [],
  )
  return { head, body, withoutNaN, digestsAt: PLACES }
}

/**
 * The snapshot in a file, after every byte of it has been verified. Its tensors are copies.
 *
 * @throws REG_CHECKPOINT_DAMAGED naming the file and what is wrong
 */
export async function unpackSnapshot(file: Uint8Array, name: string): Promise<Snapshot> {
  const header = headerOf(file, name)
  checkVersion(header.metadata, name)
  const tensors = orDamaged(name, () => tensorInfos(header))
  if (file.length !== tensors.size) {
    throw damaged(name, `it has ${file.length} bytes instead of ${tensors.size}`)
  }
  await checkDigests(file, header.bodyAt, name)
  const snapshot = orDamaged(name, () => ({
    meta: parseUntrusted(header.metadata.state ?? 'null') as SnapshotMeta,
    tensors: tensorsIn(file, header, tensors),
  }))
  const fault = snapshotFault(snapshot)
  if (fault !== undefined) throw damaged(name, fault)
  return snapshot
}

/**
 * The same with the digest by which others may name the file.
 *
 * @throws REG_CHECKPOINT_DAMAGED
 */
export async function openSnapshot(file: Uint8Array, name: string): Promise<Snapshot> {
  const snapshot = await unpackSnapshot(file, name)
  return { ...snapshot, digest: infoIn(file, name).sha256 }
}

async function checkDigests(
  file: Uint8Array,
  bodyAt: number,
  name: string,
): Promise<void> {
  // The slice of a Buffer would be a view of it, and the zeros below would be written into the file.
  const head = new Uint8Array(file.subarray(0, bodyAt))
  for (const part of ['head', 'body'] as const) {
    const offset = PLACES[part]
    const declared = new TextDecoder().decode(
      head.subarray(offset, offset + noDigest.length),
    )
    if (part === 'head') head.fill(0x30, offset, offset + noDigest.length)
    const found = await digest(part === 'head' ? head : file.subarray(bodyAt))
    if (declared !== found) throw damaged(name, `the sha256 of its ${part} is wrong`)
  }
}

const { count, text, finite, orNull } = shape
/** What is wrong with what a file says about itself. */
export const infoShape = {
  epoch: count,
  batch: count,
  step: count,
  score: orNull(finite),
  monitor: orNull(text),
  run: text,
  sequence: count,
  savedAt: finite,
} as const

/**
 * What a file says about itself, and the sha256 of its tensors. Only its head is needed.
 *
 * @throws REG_CHECKPOINT_DAMAGED
 */
export function infoIn(
  head: Uint8Array,
  name: string,
): CheckpointInfo & { sha256: string } {
  const { metadata } = headerOf(head, name)
  checkVersion(metadata, name)
  const info = orDamaged(name, () => parseUntrusted(metadata.checkpoint ?? ''))
  const fault = shape.object(infoShape)(info, 'checkpoint')
  if (fault !== undefined) throw damaged(name, fault)
  return { ...(info as CheckpointInfo), sha256: metadata.sha256 ?? '' }
}

/** Bytes of a file's head. @throws REG_CHECKPOINT_DAMAGED */
export function headSize(start: Uint8Array, name: string): number {
  return orDamaged(name, () => headSizeOf(start))
}

function headerOf(bytes: Uint8Array, name: string): SafetensorsHeader {
  if (bytes.length === 0) throw damaged(name, 'it is empty')
  return orDamaged(name, () => parseHeader(bytes))
}

function checkVersion(
  { regimen, state }: SafetensorsHeader['metadata'],
  name: string,
): void {
  if (regimen === undefined) throw damaged(name, 'it is no checkpoint of Regimen')
  if (!/^\d{1,9}$/.test(regimen))
    throw damaged(name, `its format is "${regimen.slice(0, 20)}"`)
  const inState = /^\{"format":(\d{1,9})\b/.exec(state ?? '')?.[1]
  if (inState === undefined) throw damaged(name, 'it holds no state of a run')
  const found = Math.max(Number(regimen), Number(inState))
  if (found === FILE_FORMAT) return
  const text = `"${name}" has format ${found}; this version reads up to ${FILE_FORMAT}`
  throw new RegimenError(
    'REG_CHECKPOINT_DAMAGED',
    `${text}. It was written by a newer version: upgrade @regimen/plugin-checkpoint and @regimen/core.`,
    { data: { file: name, found, expected: FILE_FORMAT } },
  )
}

function damaged(file: string, reason: string) {
  const advice = 'Resume from another one; the file is left as it is'
  const detail = `"${file}" is damaged: ${reason}. ${advice}.`
  return new RegimenError('REG_CHECKPOINT_DAMAGED', detail, { data: { file, reason } })
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

function orDamaged<T>(name: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw damaged(name, messageOf(thrown))
  }
}
