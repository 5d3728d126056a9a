import { type FileHandle, open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import {
  describeFileError,
  flushFile,
  renameFile,
  temporaryPath,
} from '@regimen/core/files'
import { isLoggerError, LoggerError } from '../writer/logger-error.js'

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

  /**
   * Makes a new file that begins with `head`. If that cannot be written there is no file.
   *
   * @throws EEXIST if there is one, and whatever the disk says
   */
  static async create(path: string, head?: Uint8Array): Promise<AppendFile> {
    const file = new AppendFile(path, await open(path, 'wx+'), 0)
    try {
      if (head) await file.append(head)
      return file
    } catch (thrown) {
      await file.close()
      await rm(path, { force: true })
      throw thrown
    }
  }

  /**
   * Opens an existing file, to append to it.
   *
   * @param ready what is done with it first; if that fails, the file is closed
   * @throws ENOENT if there is none, and whatever the disk says
   */
  static async reopen(
    path: string,
    ready?: (file: AppendFile) => Promise<void>,
  ): Promise<AppendFile> {
    const handle = await open(path, 'r+')
    try {
      const file = new AppendFile(path, handle, (await handle.stat()).size)
      await ready?.(file)
      return file
    } catch (thrown) {
      await handle.close()
      throw thrown
    }
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

/**
 * Replaces a file, or makes it, so that a kill at any instant leaves the old one or the new one whole:
 * a temporary file beside it, flushed to the disk, then renamed.
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const temporary = temporaryPath(join(dirname(path), `.${basename(path)}`))
  try {
    const handle = await open(temporary, 'w')
    try {
      await handle.writeFile(content)
      await flushFile(handle)
    } finally {
      await handle.close()
    }
    await renameFile(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

/** What may be over in a while: a full disk, too many open files. */
const PASSING = [
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EBUSY',
  'EAGAIN',
  'EIO',
  'ESTALE',
]

/** The failure of a file operation, with what to do about it. A {@link LoggerError} stays as it is. */
export function fileError(thrown: unknown, what: string): LoggerError {
  if (isLoggerError(thrown)) return thrown
  const { code = '' } = Object(thrown) as NodeJS.ErrnoException
  const kind = PASSING.includes(code) ? 'retry' : 'permanent'
  const text = `Could not write ${what}: ${describeFileError(thrown)}.`
  return new LoggerError(kind, text, { cause: thrown })
}
