import type { NamedTensorData, TensorData } from '@regimen/core'

/** A tensor in the header of a safetensors file. */
interface TensorInfo {
  readonly dtype: string
  readonly shape: readonly number[]
  /** First byte and byte after the last, counted from the end of the header. */
  readonly data_offsets: readonly [number, number]
}

/** What the header of a safetensors file says. */
export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: Readonly<Record<string, TensorInfo>>
  /** Where the tensor bytes begin. */
  readonly bodyAt: number
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
    const { dtype, shape, data } = tensors[name] as TensorData
    if (name === METADATA || data.length !== sizeOf(shape)) {
      throw new RangeError(`The tensor "${name}" [${shape}] has ${data.length} values.`)
    }
    const end = offset + data.byteLength
    header[name] = { dtype: DTYPES[dtype], shape, data_offsets: [offset, end] }
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
  if (size <= 2 ** 30) return size
  throw new RangeError(`its header would have ${size} bytes`)
}

/**
 * Reads a header.
 *
 * @param head at least the bytes that {@link headSizeOf} tells
 * @throws RangeError, SyntaxError, TypeError where it is no safetensors header
 */
export function parseHeader(head: Uint8Array): SafetensorsHeader {
  const bodyAt = headSizeOf(head)
  if (head.length < bodyAt) throw new RangeError('it ends within its header')
  const text = new TextDecoder('utf-8', { fatal: true }).decode(head.subarray(LENGTH_BYTES, bodyAt))
  const { [METADATA]: metadata = {}, ...tensors } = JSON.parse(text)
  const infos = Object.values(tensors as Record<string, TensorInfo>)
  const ends = infos.map(({ data_offsets: [, end] }) => end)
  const size = ends.reduce((largest, end) => Math.max(largest, end), 0) + bodyAt
  return { metadata, tensors, bodyAt, size }
}

/** The tensors of a whole file, each copied into memory of its own. @throws RangeError */
export function tensorsIn(file: Uint8Array, header: SafetensorsHeader): Record<string, TensorData> {
  const entries = Object.entries(header.tensors).map(([name, info]) => {
    const { dtype, shape, data_offsets } = info
    const kind = dtype as keyof typeof ARRAYS
    const [start, end] = data_offsets.map((offset) => offset + header.bodyAt)
    const bytes = file.slice(start, end)
    if (!(kind in ARRAYS)) throw new RangeError(`the tensor "${name}" has the dtype ${dtype}`)
    const { BYTES_PER_ELEMENT } = ARRAYS[kind]
    if (bytes.length !== sizeOf(shape) * BYTES_PER_ELEMENT) {
      throw new RangeError(`the tensor "${name}" [${shape}] has ${bytes.length} bytes`)
    }
    const data = new ARRAYS[kind](bytes.buffer, bytes.byteOffset, sizeOf(shape))
    return [name, { dtype: KINDS[kind], shape, data }] as const
  })
  return Object.fromEntries(entries)
}

function order(tensors: NamedTensorData, a: string, b: string): number {
  const width = (name: string) => (tensors[name] as TensorData).data.BYTES_PER_ELEMENT
  return width(b) - width(a) || (a < b ? -1 : 1)
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
