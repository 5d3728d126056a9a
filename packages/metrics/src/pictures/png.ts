/** A picture of grey levels. */
export interface GreyPicture {
  readonly width: number
  readonly height: number
  /** From 0, black, to 255, row by row. */
  readonly levels: Uint8Array
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Bytes of a block that is stored as it is. */
const MOST_STORED = 0xffff

/**
 * A picture as PNG, without compression: it works in browsers too, and pictures are small
 * (https://www.w3.org/TR/png, RFC 1950, RFC 1951).
 */
export function encodePng({
  width,
  height,
  levels,
}: GreyPicture): Uint8Array<ArrayBuffer> {
  const lines = new Uint8Array((width + 1) * height)
  for (let row = 0; row < height; row++)
    lines.set(levels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1)
  const header = [...bytesOf(width), ...bytesOf(height), 8, 0, 0, 0, 0]
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk('IHDR', header),
    ...chunk('IDAT', stored(lines)),
    ...chunk('IEND', []),
  ])
}

function chunk(name: string, data: readonly number[]): number[] {
  const named = [...[...name].map((letter) => letter.charCodeAt(0)), ...data]
  return [...bytesOf(data.length), ...named, ...bytesOf(crcOf(named))]
}

/** A zlib stream of blocks that are stored as they are. */
function stored(data: Uint8Array): number[] {
  const stream = [0x78, 0x01]
  for (let at = 0; at < data.length; at += MOST_STORED) {
    const block = data.subarray(at, at + MOST_STORED)
    const [low, high] = [block.length & 0xff, block.length >> 8]
    const isLast = at + MOST_STORED >= data.length
    stream.push(isLast ? 1 : 0, low, high, low ^ 0xff, high ^ 0xff)
    for (const byte of block) stream.push(byte)
  }
  let [one, other] = [1, 0]
  for (const byte of data) {
    one = (one + byte) % 65521
    other = (other + one) % 65521
  }
  return [...stream, ...bytesOf(other * 65536 + one)]
}

function crcOf(data: readonly number[]): number {
  let crc = 0xffffffff
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

const bytesOf = (value: number): number[] =>
  [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff)
