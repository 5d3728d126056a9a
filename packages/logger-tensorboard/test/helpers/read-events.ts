import { maskedCrc32c } from '../../src/crc32c.js'

/** What a test wants to know of an event. */
export interface ReadEvent {
  /** In seconds. */
  readonly wallTime: number
  readonly step: number
  readonly fileVersion: string | undefined
  readonly graph: Uint8Array | undefined
  readonly values: readonly ReadValue[]
}

/** What a test wants to know of a value. */
export interface ReadValue {
  readonly tag: string
  readonly plugin: string | undefined
  readonly dataClass: number | undefined
  readonly content: Uint8Array | undefined
  readonly scalar: number | undefined
  readonly strings: readonly Uint8Array[]
  readonly doubles: readonly number[]
}

/** The fields of a message by number: numbers for integers, bytes for all else. */
export type Fields = ReadonlyMap<number, readonly (bigint | Uint8Array)[]>

/** Reads any message. @throws where it is no message */
export function readFields(bytes: Uint8Array): Fields {
  const fields = new Map<number, (bigint | Uint8Array)[]>()
  let at = 0
  const varint = () => {
    let [value, shift] = [0n, 0n]
    for (;;) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('A number is cut short.')
      value |= BigInt(byte & 127) << shift
      shift += 7n
      if (byte < 128) return value
    }
  }
  const take = (length: number) => {
    if (at + length > bytes.length) throw new Error('A field is cut short.')
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = Number(varint())
    const type = key & 7
    if (![0, 1, 2, 5].includes(type)) throw new Error(`Wire type ${type}`)
    const value = type === 0 ? varint() : take(type === 1 ? 8 : type === 5 ? 4 : Number(varint()))
    fields.set(key >>> 3, [...(fields.get(key >>> 3) ?? []), value])
  }
  return fields
}

/** Reads the records of a file. @throws where a record is cut short or a checksum is wrong */
export function readRecords(file: Uint8Array): Uint8Array[] {
  const records: Uint8Array[] = []
  const view = new DataView(file.buffer, file.byteOffset, file.length)
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true))
    const data = file.subarray(at + 12, at + 12 + length)
    const sums = [view.getUint32(at + 8, true), view.getUint32(at + 12 + length, true)]
    const expected = [maskedCrc32c(file.subarray(at, at + 8)), maskedCrc32c(data)]
    if (String(sums) !== String(expected)) throw new Error(`A checksum at ${at} is wrong.`)
    records.push(data)
    at += length + 16
  }
  return records
}

/** Reads the events of a file. */
export function readEvents(file: Uint8Array): ReadEvent[] {
  return readRecords(file).map((record) => {
    const event = readFields(record)
    const summary = bytesOf(event, 5)
    const values = summary ? (readFields(summary).get(1) ?? []) : []
    const version = bytesOf(event, 3)
    return {
      wallTime: doubles(bytesOf(event, 1) ?? new Uint8Array(8))[0] as number,
      step: Number(BigInt.asIntN(64, (event.get(2)?.[0] as bigint | undefined) ?? 0n)),
      fileVersion: version && text(version),
      graph: bytesOf(event, 4),
      values: values.map((value) => readValue(value as Uint8Array)),
    }
  })
}

export const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

export function bytesOf(fields: Fields, field: number): Uint8Array | undefined {
  return fields.get(field)?.[0] as Uint8Array | undefined
}

function doubles(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / 8 }, (_, index) => view.getFloat64(index * 8, true))
}

function readValue(bytes: Uint8Array): ReadValue {
  const value = readFields(bytes)
  const tensor = readFields(bytesOf(value, 8) ?? new Uint8Array())
  const floats = bytesOf(tensor, 5)
  const metadata = bytesOf(value, 9)
  const about = metadata && readFields(metadata)
  const plugin = about && readFields(bytesOf(about, 1) ?? new Uint8Array())
  const name = plugin && bytesOf(plugin, 1)
  return {
    tag: text(bytesOf(value, 1) ?? new Uint8Array()),
    plugin: name && text(name),
    dataClass: about && Number(about.get(4)?.[0]),
    content: plugin && bytesOf(plugin, 2),
    scalar: floats && new DataView(floats.buffer, floats.byteOffset).getFloat32(0, true),
    strings: (tensor.get(8) ?? []) as Uint8Array[],
    doubles: doubles(bytesOf(tensor, 4) ?? new Uint8Array()),
  }
}
