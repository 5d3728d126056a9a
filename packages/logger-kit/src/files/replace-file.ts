import { open, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { renameFile, temporaryPath } from '@regimen/core/files'

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
      await handle.sync()
    } finally {
      await handle.close()
    }
    await renameFile(temporary, path)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}
