import { type FileHandle, open } from 'node:fs/promises'

/** A file that only grows. What a failed write left of its bytes is known, and can be cut off. */
export class AppendFile {
  /** Bytes that are in the file for good. */
  size: number
  /** Whether a part of a failed write lies after {@link size}. */
  isTorn = false

  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
    size: number,
  ) {
    this.size = size
  }

  /** Makes a new file. @throws EEXIST if there is one, and whatever the disk says */
  static async create(path: string): Promise<AppendFile> {
    return new AppendFile(path, await open(path, 'wx+'), 0)
  }

  /** Opens an existing file, to append to it. @throws ENOENT if there is none, and whatever the disk says */
  static async reopen(path: string): Promise<AppendFile> {
    const handle = await open(path, 'r+')
    return new AppendFile(path, handle, (await handle.stat()).size)
  }

  /**
   * Appends all the bytes, or throws and says in {@link isTorn} whether some are there. A single
   * write may take only some of them, as when the disk becomes full.
   */
  async append(bytes: Uint8Array): Promise<void> {
    let done = 0
    try {
      while (done < bytes.length) {
        const rest = bytes.length - done
        done += (await this.handle.write(bytes, done, rest, this.size + done))
          .bytesWritten
      }
    } catch (thrown) {
      this.isTorn ||= done > 0
      throw thrown
    }
    this.size += done
  }

  /** Cuts off what follows a size: by default what a failed write left there. */
  async cut(size = this.size): Promise<void> {
    await this.handle.truncate(size)
    this.size = size
    this.isTorn = false
  }

  async close(): Promise<void> {
    await this.handle.close()
  }
}
