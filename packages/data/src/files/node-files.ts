import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'
import { DataError } from '../table/data-error.js'
import type { FileIdentity, FileStat } from '../table/records.js'
import type { ByteSource } from './bytes.js'
import type { RandomAccess } from './random-access.js'

const CHUNK = 256 * 1024

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder; give the file in it',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'it may not be read; change its permissions',
  EPERM: 'it may not be read; change its permissions',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  EIO: 'the disk fails',
}

/** A file on disk. One that is compressed with gzip is unpacked as it is read. */
export function fileBytes(owner: string, path: string | URL): ByteSource {
  const file = typeof path === 'string' ? path : fileURLToPath(path)
  return {
    file,
    stat: () => fileStat(owner, file),
    read: () => readFile(owner, file),
  }
}

async function fileStat(owner: string, file: string): Promise<FileStat> {
  try {
    const found = await stat(file)
    if (found.isDirectory()) throw Object.assign(new Error('folder'), { code: 'EISDIR' })
    return { file, bytes: found.size, modified: found.mtimeMs }
  } catch (thrown) {
    throw fileError(owner, file, thrown)
  }
}

async function* readFile(
  owner: string,
  file: string,
): AsyncGenerator<Uint8Array, FileIdentity, undefined> {
  const hash = createHash('sha256')
  let bytes = 0
  const raw = async function* () {
    const handle = await open(file)
    try {
      for (;;) {
        const { bytesRead, buffer } = await handle.read(
          Buffer.allocUnsafe(CHUNK),
          0,
          CHUNK,
        )
        if (bytesRead === 0) return
        bytes += bytesRead
        const chunk = buffer.subarray(0, bytesRead)
        hash.update(chunk)
        yield chunk
      }
    } finally {
      await handle.close()
    }
  }
  try {
    yield* unpacked(raw())
  } catch (thrown) {
    throw fileError(owner, file, thrown)
  }
  return { file, bytes, digest: hash.digest('hex') }
}

async function* unpacked(raw: AsyncGenerator<Buffer>): AsyncGenerator<Uint8Array> {
  const first = await raw.next()
  if (first.done) return
  const rest = async function* () {
    try {
      yield first.value
      yield* raw
    } finally {
      await raw.return(undefined)
    }
  }
  const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
  if (!isGzip) {
    yield* rest()
    return
  }
  const gunzip = createGunzip({ chunkSize: CHUNK })
  const piped = pipeline(Readable.from(rest(), { objectMode: false }), gunzip).catch(
    () => undefined,
  )
  try {
    yield* gunzip as AsyncIterable<Buffer>
  } finally {
    gunzip.destroy()
    await piped
    await raw.return(undefined)
  }
}

function fileError(owner: string, file: string, thrown: unknown): unknown {
  const { code, message, name } = Object(thrown) as NodeJS.ErrnoException
  if (name === 'RegimenError') return thrown
  const isTruncated = code === 'Z_BUF_ERROR'
  const isDamaged = code?.startsWith('Z_')
  const why = isTruncated
    ? 'its gzip data end too early: the file is not whole'
    : isDamaged
      ? `its gzip data are damaged (${message})`
      : (ADVICE[code ?? ''] ?? message)
  return new DataError(
    'REG_DATA_FILE',
    `${owner}: ${file} cannot be read: ${why}.`,
    { owner, file, code },
    { cause: thrown },
  )
}

/** A file on disk whose parts are read in any order. Close it. @throws REG_DATA_FILE */
export async function openFile(owner: string, path: string | URL): Promise<RandomAccess> {
  const file = typeof path === 'string' ? path : fileURLToPath(path)
  const handle = await open(file).catch((thrown) => {
    throw fileError(owner, file, thrown)
  })
  const { size } = await handle.stat()
  return {
    byteLength: size,
    close: () => handle.close(),
    slice: async (begin, end = size) => {
      const from = begin < 0 ? size + begin : begin
      const data = new Uint8Array(Math.max(0, Math.min(end, size) - from))
      let filled = 0
      while (filled < data.length) {
        const { bytesRead } = await handle.read(
          data,
          filled,
          data.length - filled,
          from + filled,
        )
        if (bytesRead === 0) throw fileError(owner, file, new Error('it became shorter'))
        filled += bytesRead
      }
      return data.buffer
    },
  }
}
