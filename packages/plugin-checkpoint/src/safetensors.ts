import { type NamedTensorData, shape, type TensorData } from '@regimen/core'
import { parseUntrusted } from './json-guard.js'

/** A tensor in the header of a safetensors file. */
interface TensorInfo {
  readonly dtype: keyof typeof ARRAYS
  readonly shape: readonly number[]
  /** First byte and byte after the last, counted from the end of the header. */
  readonly data_offsets: readonly [number, number]
}

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>
  /** What it says of tensors, unchecked: see {@link tensorInfos}. */
  readonly tensors: Readonly<Record<string, unknown>>
  /** Where the tensor bytes begin. */
  readonly bodyAt: number
}

/** The tensors of a file, checked against each other. */
export interface TensorInfos {
  readonly infos: Readonly<Record<string, TensorInfo>>
  /** Bytes of the whole file. */
  readonly size: number
}

/** The two parts of a safetensors file. */
export interface SafetensorsParts {
  /** Length and header, a multiple of 8 bytes. */
  readonly head: Uint8Array<ArrayBuffer>
  /** The tensors' own arrays, in the order in which they follow. */
  readonly body: readonly TensorData['data'][]
  /** Names of {@link body}. */
  readonly names: readonly string[]
}

const DTYPES = { float32: 'F32', int32: 'I32', bool: 'BOOL' } as const
const ARRAYS = { F32: Float32Array, I32: Int32Array, BOOL: Uint8Array } as const
const KINDS = { F32: 'float32', I32: 'int32', BOOL: 'bool' } as const
/** Bytes before the header: its length, little-endian. */
export const LENGTH_BYTES = 8
const METADATA = '__metadata__'
/** More than any model needs, less than a string can hold. */
const MOST_HEADER_BYTES = 2 ** 28

/**
 * Lays out a file: widest numbers first, so that all are aligned, then by name. Copies no tensor.
 *
 * @param metadata strings only, in the order in which they are to stand
 * @throws RangeError for a tensor with a wrong number of values
 */
export function layOut(
  tensors: NamedTensorData,
  metadata: Readonly<Record<string, string>>,
): SafetensorsParts {
  const names = Object.keys(tensors).sort((a, b) => order(tensors, a, b))
  const header: Record<string, unknown> = { [METADATA]: metadata }
  const body: TensorData['data'][] = []
  let offset = 0
  for (const name of names) {
    const { dtype, shape: lengths, data } = tensors[name] as TensorData
    if (name === METADATA || data.length !== sizeOf(lengths)) {
      throw new RangeError(`The tensor "${name}" [${lengths}] has ${data.length} values.`)
    }
    const end = offset + data.byteLength
    header[name] = { dtype: DTYPES[dtype], shape: lengths, data_offsets: [offset, end] }
    body.push(data)
    offset = end
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const length = Math.ceil(json.length / 8) * 8
  const head = new Uint8Array(LENGTH_BYTES + length).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(length), true)
  head.set(json, LENGTH_BYTES)
  return { head, body, names }
}

/** Bytes of length and header, from the first 8 bytes. @throws RangeError */
export function headSizeOf(start: Uint8Array): number {
  if (start.length < LENGTH_BYTES) throw new RangeError(`it has ${start.length} bytes`)
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  const size = Number(view.getBigUint64(0, true)) + LENGTH_BYTES
  if (size <= MOST_HEADER_BYTES) return size
  throw new RangeError(`its header would have ${size} bytes`)
}

/**
 * Reads a header.
 *
 * @param head at least as many bytes as {@link headSizeOf} says
 * @throws RangeError, SyntaxError, TypeError if it is no safetensors header
 */
export function parseHeader(head: Uint8Array): SafetensorsHeader {
  const bodyAt = headSizeOf(head)
  if (head.length < bodyAt) throw new RangeError('it ends within its header')
  const text = new TextDecoder('utf-8', { fatal: true }).decode(
    head.subarray(LENGTH_BYTES, bodyAt),
  )
  const header = parseUntrusted(text)
  const fault =
    shape.object({})(header, 'header') ??
    shape.optional(shape.record(shape.text))(Object(header)[METADATA], METADATA)
  if (fault !== undefined) throw new RangeError(fault)
  const { [METADATA]: metadata = {}, ...tensors } = header as Record<string, unknown>
  return { metadata: metadata as Record<string, string>, tensors, bodyAt }
}

const kinds = Object.keys(KINDS).join(', ')
const infoFault = shape.object({
  dtype: shape.that(`one of ${kinds}`, (dtype) => Object.hasOwn(KINDS, String(dtype))),
  shape: shape.list(shape.count),
  data_offsets: shape.list(shape.count),
})

/**
 * The tensors that a header lists, which must follow each other without gaps.
 *
 * @throws RangeError
 */
export function tensorInfos({ tensors, bodyAt }: SafetensorsHeader): TensorInfos {
  const fault = shape.record(infoFault)(tensors, 'header')
  if (fault !== undefined) throw new RangeError(fault)
  const infos = tensors as Readonly<Record<string, TensorInfo>>
  for (const [name, info] of Object.entries(infos)) checkBytes(name, info)
  const ordered = Object.entries(infos).sort(([, a], [, b]) => {
    const [x, y] = [a.data_offsets, b.data_offsets]
    return x[0] - y[0] || x[1] - y[1]
  })
  let end = 0
  for (const [name, { data_offsets }] of ordered) {
    if (data_offsets[0] !== end) {
      throw new RangeError(
        `the tensor "${name}" begins at byte ${data_offsets[0]} instead of ${end}`,
      )
    }
    end = data_offsets[1]
  }
  return { infos, size: bodyAt + end }
}

/** @throws RangeError */
function checkBytes(
  name: string,
  { dtype, shape: lengths, data_offsets }: TensorInfo,
): void {
  const [start = 0, end = 0] = data_offsets
  const wanted = sizeOf(lengths) * ARRAYS[dtype].BYTES_PER_ELEMENT
  if (data_offsets.length === 2 && end - start === wanted && Number.isSafeInteger(wanted))
    return
  throw new RangeError(
    `the tensor "${name}" ${dtype} [${lengths}] has the bytes [${data_offsets}]; expected ${wanted} of them`,
  )
}

/** The tensors of a whole file, each copied into memory of its own. */
export function tensorsIn(
  file: Uint8Array,
  { bodyAt }: SafetensorsHeader,
  { infos }: TensorInfos,
): Record<string, TensorData> {
  const entries = Object.entries(infos).map(([name, info]) => {
    const { dtype, shape: lengths, data_offsets } = info
    // The slice of a Buffer would be a view of it.
    const bytes = new Uint8Array(
      file.subarray(bodyAt + data_offsets[0], bodyAt + data_offsets[1]),
    )
    const data = new ARRAYS[dtype](bytes.buffer)
    return [name, { dtype: KINDS[dtype], shape: lengths, data }] as const
  })
  return Object.fromEntries(entries)
}

function order(tensors: NamedTensorData, a: string, b: string): number {
  const width = (name: string) => (tensors[name] as TensorData).data.BYTES_PER_ELEMENT
  return width(b) - width(a) || (a < b ? -1 : 1)
}

function sizeOf(lengths: readonly number[]): number {
  return lengths.reduce((product, size) => product * size, 1)
}
