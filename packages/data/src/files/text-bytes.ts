import type { ByteSource } from './bytes.js'
import { digestOf } from './digest.js'

const CHUNK = 256 * 1024

/** A text in memory, read like a file. */
export function textBytes(text: string, file: string): ByteSource {
  const bytes = new TextEncoder().encode(text)
  return {
    file,
    stat: async () => ({ file, bytes: bytes.length, modified: 0 }),
    async *read() {
      for (let begin = 0; begin < bytes.length; begin += CHUNK)
        yield bytes.subarray(begin, begin + CHUNK)
      return { file, bytes: bytes.length, digest: digestOf(bytes) }
    },
  }
}
