import { crc32 } from 'node:zlib'

/** What a file begins with: `:W&B`, a magic number and version 0 (wandb core, transaction log). */
export const FILE_HEADER = Buffer.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0])
const BLOCK = 32_768
const CHUNK_HEADER = 7
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4] as const

/**
 * A record in the log format of LevelDB, with the checksum of zlib: parts that do not cross blocks
 * of 32 KiB, so that a reader finds its place again after a torn end.
 *
 * @param offset of the file, where the bytes will be
 */
export function framed(record: Uint8Array, offset: number): Buffer {
  const parts: Buffer[] = []
  let place = offset
  let rest = record
  for (let isFirst = true; isFirst || rest.length > 0; isFirst = false) {
    const left = BLOCK - (place % BLOCK)
    const padding = left < CHUNK_HEADER ? left : 0
    const room = padding > 0 ? BLOCK : left
    const payload = rest.subarray(0, room - CHUNK_HEADER)
    rest = rest.subarray(payload.length)
    const isLast = rest.length === 0
    const type = isFirst ? (isLast ? FULL : FIRST) : isLast ? LAST : MIDDLE
    const chunk = Buffer.concat([Buffer.alloc(padding), header(type, payload), payload])
    parts.push(chunk)
    place += chunk.length
  }
  return Buffer.concat(parts)
}

function header(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(CHUNK_HEADER)
  // In one piece: Node's crc32 forgets what came before if nothing follows.
  bytes.writeUInt32LE(crc32(Buffer.concat([Buffer.of(type), payload])))
  bytes.writeUInt16LE(payload.length, 4)
  bytes[6] = type
  return bytes
}
