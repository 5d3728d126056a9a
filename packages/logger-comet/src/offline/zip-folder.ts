import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { flushFile, renameFile, temporaryPath, tidyFolder } from '@regimen/core/files'
import { LoggerError } from '@regimen/logger-kit/writer'
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate'

/** Sizes in a zip of the plain kind have 32 bits. */
const LARGEST = 2 ** 32 - 2 ** 20

/**
 * Packs the files of a folder, flat, and puts the archive in its place when it is whole and on the
 * disk. Files are read in pieces; what is not JSON is stored as it is.
 *
 * @throws LoggerError if an archive would be larger than a zip can be
 */
export async function zipFolder(folder: string, target: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name))).size),
  )
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total > LARGEST) {
    const text = `The Comet archive ${target} would have ${total} bytes, more than 4 GiB`
    throw new LoggerError('permanent', `${text}: what belongs to it stays in ${folder}.`)
  }
  await tidyFolder(dirname(target))
  const temporary = temporaryPath(target)
  const handle = await open(temporary, 'w', 0o600)
  try {
    await pack(folder, names, handle)
    await flushFile(handle)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await renameFile(temporary, target)
}

async function pack(
  folder: string,
  names: readonly string[],
  handle: FileHandle,
): Promise<void> {
  const ready: Uint8Array[] = []
  const zip = new Zip((error, bytes) => {
    if (error) throw error
    ready.push(bytes)
  })
  const drain = async () => {
    for (const bytes of ready.splice(0)) await writeAll(handle, bytes)
  }
  for (const name of names) {
    const entry = name.endsWith('.json') ? new ZipDeflate(name) : new ZipPassThrough(name)
    zip.add(entry)
    for await (const piece of createReadStream(join(folder, name), {
      highWaterMark: 2 ** 20,
    })) {
      entry.push(piece as Uint8Array)
      await drain()
    }
    entry.push(new Uint8Array(), true)
    await drain()
  }
  zip.end()
  await drain()
}

/** A single write may take only some of the bytes. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0
  while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten
}
