import { type FileHandle, open } from 'node:fs/promises'

/** What reads a file piece by piece. */
export interface TailReader {
  /** The file is another one, or was rewritten: what was read before is no more. */
  reset(): void
  /** Takes bytes. @returns how many it needs not see again */
  push(bytes: Uint8Array): number
}

const CHUNK = 4 * 2 ** 20
/** Bytes that are compared to notice that a file was rewritten in place. */
const ANCHOR = 256

/**
 * Reads what was added to a file since the last time. Notices that it was replaced (another inode),
 * cut (shorter than what was read) or rewritten (other bytes at its start, or before where reading stopped),
 * and then starts over.
 */
export class FileTail {
  #offset = 0
  #inode: bigint | undefined
  #head: Buffer = Buffer.alloc(0)
  #before: Buffer = Buffer.alloc(0)

  constructor(
    readonly path: string,
    readonly reader: TailReader,
  ) {}

  /** @returns whether anything changed @throws the system's error, such as ENOENT */
  async read(): Promise<boolean> {
    const handle = await open(this.path, 'r')
    try {
      const isNew = await this.#startOverIfReplaced(handle)
      const hasMore = await this.#readOn(handle)
      return isNew || hasMore
    } finally {
      await handle.close()
    }
  }

  async #startOverIfReplaced(handle: FileHandle): Promise<boolean> {
    const { ino, size } = await handle.stat({ bigint: true })
    const isSame =
      ino === this.#inode &&
      size >= BigInt(this.#offset) &&
      (await this.#hasAnchors(handle))
    const isReplaced = !isSame && this.#offset > 0
    this.#inode = ino
    if (!isReplaced) return false
    this.#offset = 0
    this.reader.reset()
    return true
  }

  async #hasAnchors(handle: FileHandle): Promise<boolean> {
    const head = await bytesAt(handle, 0, this.#head.length)
    const before = await bytesAt(
      handle,
      this.#offset - this.#before.length,
      this.#before.length,
    )
    return head.equals(this.#head) && before.equals(this.#before)
  }

  async #readOn(handle: FileHandle): Promise<boolean> {
    const began = this.#offset
    const buffer = Buffer.allocUnsafe(CHUNK)
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, this.#offset)
      const bytes = buffer.subarray(0, bytesRead)
      // A line longer than the buffer is no line of ours: it is skipped.
      const used = this.reader.push(bytes) || (bytesRead === CHUNK ? CHUNK : 0)
      if (used === 0) break
      if (this.#offset === 0)
        this.#head = Buffer.from(bytes.subarray(0, Math.min(ANCHOR, used)))
      this.#offset += used
      this.#before = Buffer.from(bytes.subarray(Math.max(0, used - ANCHOR), used))
      if (bytesRead < CHUNK) break
    }
    return this.#offset > began
  }
}

async function bytesAt(
  handle: FileHandle,
  offset: number,
  length: number,
): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
  return buffer.subarray(0, bytesRead)
}
