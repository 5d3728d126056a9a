import { quoteAll } from '../checks.js'
import { digestOf } from '../files/digest.js'
import type { RandomAccess } from '../files/random-access.js'
import type { Cell } from '../table/cells.js'
import { DataError } from '../table/data-error.js'
import type { FileIdentity, RecordChunk, RecordSource } from '../table/records.js'

/** Parquet files of one table: paths, `file:` URLs, or the bytes of a file. */
export type ParquetInput =
  | string
  | URL
  | readonly (string | URL)[]
  | {
      readonly bytes: ArrayBuffer | Uint8Array
      /** As errors name it. Default `bytes`. */
      readonly name?: string
    }

/** Rows that are handed on at once. */
const ROWS = 4096

interface ParquetFile {
  readonly file: string
  readonly identity: () => Promise<FileIdentity>
  readonly modified: () => Promise<number>
  readonly open: () => Promise<RandomAccess>
}

/** The records of Parquet files; a row group is in memory at a time. */
export function parquetRecords(owner: string, input: ParquetInput): RecordSource {
  return {
    owner,
    unit: 'row',
    stats: async () =>
      Promise.all(
        (await filesOf(owner, input)).map(async ({ file, open, modified }) => {
          const access = await open()
          await access.close()
          return { file, bytes: access.byteLength, modified: await modified() }
        }),
      ),
    async *read() {
      const identities: FileIdentity[] = []
      let names: readonly string[] | undefined
      for (const source of await filesOf(owner, input)) {
        const access = await source.open()
        try {
          names = yield* readRows(owner, source.file, access, names)
        } finally {
          await access.close()
        }
        identities.push(await source.identity())
      }
      return identities
    },
  }
}

async function* readRows(
  owner: string,
  file: string,
  access: RandomAccess,
  expected: readonly string[] | undefined,
): AsyncGenerator<RecordChunk, readonly string[], undefined> {
  const [{ parquetMetadataAsync, parquetRead, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
  const { byteLength, slice } = access
  const buffer = { byteLength, slice }
  const wrong = (what: string, cause?: unknown) =>
    new DataError(
      'REG_DATA_FORMAT',
      `${owner}: ${file} ${what}.`,
      { owner, file },
      { cause },
    )
  const readable = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    try {
      return await call()
    } catch (thrown) {
      if (thrown instanceof DataError) throw thrown
      throw wrong(`is no whole Parquet file (${(thrown as Error).message})`, thrown)
    }
  }
  if (byteLength === 0) return expected ?? []
  const metadata = await readable(() => parquetMetadataAsync(buffer))
  const names = parquetSchema(metadata).children.map(({ element }) => element.name)
  if (expected && names.join('\0') !== expected.join('\0'))
    throw wrong(
      `has the columns ${quoteAll(names)}; expected ${quoteAll(expected)}, as in the first file`,
    )
  let begin = 0
  for (const group of metadata.row_groups) {
    const end = begin + Number(group.num_rows)
    const rows = await readable(async () => {
      let found: Cell[][] = []
      await parquetRead({
        file: buffer,
        metadata,
        compressors,
        columns: names,
        rowStart: begin,
        rowEnd: end,
        onComplete: (all) => {
          found = all
        },
      })
      return found
    })
    for (let from = 0; from < rows.length; from += ROWS) {
      const records = rows.slice(from, from + ROWS)
      const first = begin + from + 1
      yield { file, names, records, lines: records.map((_, index) => first + index) }
    }
    begin = end
  }
  return names
}

async function filesOf(owner: string, input: ParquetInput): Promise<ParquetFile[]> {
  if (typeof input === 'object' && 'bytes' in input)
    return [inMemory(input.bytes, input.name)]
  const { fileBytes, openFile } = await import('#files')
  return ([input].flat() as (string | URL)[]).map((path) => {
    const source = fileBytes(owner, path)
    return {
      file: source.file,
      open: () => openFile(owner, path),
      modified: async () => (await source.stat()).modified,
      async identity() {
        const bytes = source.read()
        for (;;) {
          const { done, value } = await bytes.next()
          if (done) return value
        }
      },
    }
  })
}

function inMemory(given: ArrayBuffer | Uint8Array, file = 'bytes'): ParquetFile {
  const bytes = new Uint8Array(given)
  const { byteLength } = bytes
  return {
    file,
    modified: async () => 0,
    identity: async () => ({ file, bytes: byteLength, digest: digestOf(bytes) }),
    open: async () => ({
      byteLength,
      close: async () => undefined,
      slice: async (begin, end) => bytes.slice(begin, end).buffer,
    }),
  }
}
