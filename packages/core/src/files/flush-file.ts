import { fsync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'

const flush = promisify(fsync)

/** Flushes a file to the disk. The handles that Yarn's Plug'n'Play gives out have no `sync` of their own. */
export async function flushFile({ fd }: Pick<FileHandle, 'fd'>): Promise<void> {
  await flush(fd)
}
