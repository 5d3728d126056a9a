import { maskedCrc32c } from './crc32c.js'

/** Bytes around the data of a record. */
const FRAME = 16

/**
 * Records one after the other as a TFRecord file keeps them: the length, its checksum, the data, its
 * checksum (`tensorboard/summary/writer/record_writer.py`). Whole records only, for one write.
 */
export function tfRecords(records: readonly Uint8Array[]): Uint8Array {
  const size = records.reduce((sum, { length }) => sum + length + FRAME, 0)
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  let offset = 0
  for (const data of records) {
    view.setBigUint64(offset, BigInt(data.length), true)
    view.setUint32(offset + 8, maskedCrc32c(bytes.subarray(offset, offset + 8)), true)
    bytes.set(data, offset + 12)
    view.setUint32(offset + 12 + data.length, maskedCrc32c(data), true)
    offset += data.length + FRAME
  }
  return bytes
}
