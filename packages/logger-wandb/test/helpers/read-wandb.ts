import { crc32 } from 'node:zlib'

const BLOCK = 32_768

/** The whole records of a file, as LevelDB's log reader finds them; what is torn at its end is none. */
export function readRecords(file: Buffer): Buffer[] {
  if (file.toString('latin1', 0, 4) !== ':W&B') throw new Error('The header is another.')
  const records: Buffer[] = []
  let parts: Buffer[] = []
  let at = 7
  while (at + 7 <= file.length) {
    const left = BLOCK - (at % BLOCK)
    if (left < 7) {
      at += left
      continue
    }
    const length = file.readUInt16LE(at + 4)
    const type = file[at + 6] ?? 0
    const payload = file.subarray(at + 7, at + 7 + length)
    if (payload.length < length) break
    if (file.readUInt32LE(at) !== crc32(file.subarray(at + 6, at + 7 + length))) {
      throw new Error(`The checksum at ${at} is another.`)
    }
    parts.push(payload)
    if (type === 1 || type === 4) {
      records.push(Buffer.concat(parts))
      parts = []
    }
    at += 7 + length
  }
  return records
}

/** The fields of a message by number: numbers, and bytes of texts and messages. */
export function readFields(bytes: Buffer): Map<number, (number | Buffer)[]> {
  const fields = new Map<number, (number | Buffer)[]>()
  let at = 0
  const varint = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const number = varint()
    const isText = tag % 8 === 2
    const value = isText ? bytes.subarray(at, at + number) : number
    if (isText) at += number
    const field = Math.floor(tag / 8)
    fields.set(field, [...(fields.get(field) ?? []), value])
  }
  return fields
}

/** A record by the number of its kind. */
export interface ReadRecord {
  readonly kind: number
  readonly fields: Map<number, (number | Buffer)[]>
}

export const readAll = (file: Buffer): ReadRecord[] =>
  readRecords(file).map((bytes) => {
    const all = readFields(bytes)
    const kind = [...all.keys()].find((number) => number > 1) ?? 0
    return { kind, fields: readFields(all.get(kind)?.[0] as Buffer) }
  })

/** Names and values of the items of a history, config or summary. */
export function itemsOf({ fields }: ReadRecord): [name: string, value: unknown][] {
  return (fields.get(1) ?? []).map((item) => {
    const parts = readFields(item as Buffer)
    const names = parts.get(1) ?? parts.get(2) ?? []
    const json = String(parts.get(16)?.[0])
    const value = /^(NaN|-?Infinity)$/.test(json) ? Number(json) : JSON.parse(json)
    return [names.map(String).join('/'), value]
  })
}
