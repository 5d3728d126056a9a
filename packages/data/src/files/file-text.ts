import { DataError } from '../table/data-error.js'
import type { FileIdentity } from '../table/records.js'
import type { ByteSource } from './bytes.js'

/** First bytes of what is no text. */
const KINDS = [
  { bytes: [0xff, 0xfe], kind: 'text in UTF-16', advice: 'save it as UTF-8' },
  { bytes: [0xfe, 0xff], kind: 'text in UTF-16', advice: 'save it as UTF-8' },
  {
    bytes: [0x50, 0x4b, 3, 4],
    kind: 'a ZIP archive or an Excel file',
    advice: 'unpack it, or export it as CSV',
  },
  {
    bytes: [0x50, 0x41, 0x52, 0x31],
    kind: 'a Parquet file',
    advice: 'use fromParquet()',
  },
  {
    bytes: [0x28, 0xb5, 0x2f, 0xfd],
    kind: 'compressed with zstd',
    advice: 'unpack it, or use gzip',
  },
  {
    bytes: [0x42, 0x5a, 0x68],
    kind: 'compressed with bzip2',
    advice: 'unpack it, or use gzip',
  },
]

/**
 * The text of a file in UTF-8, piece by piece, without a byte order mark.
 *
 * @throws REG_DATA_FORMAT for anything but UTF-8
 */
export async function* fileText(
  owner: string,
  source: ByteSource,
): AsyncGenerator<string, FileIdentity, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const { file } = source
  const bytes = source.read()
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch (thrown) {
      throw format(
        owner,
        file,
        'is not text in UTF-8; save it as UTF-8 (iconv -f latin1 -t utf-8)',
        thrown,
      )
    }
  }
  let isFirst = true
  try {
    for (;;) {
      const { done, value } = await bytes.next()
      if (done) {
        const last = decode()
        if (last) yield last
        return value
      }
      if (isFirst) refuseKinds(owner, file, value)
      isFirst = false
      const text = decode(value)
      if (text.includes('\0'))
        throw format(owner, file, 'is not text: it has bytes of zero')
      yield text
    }
  } finally {
    await bytes.return({ file, bytes: 0, digest: '' })
  }
}

function refuseKinds(owner: string, file: string, chunk: Uint8Array): void {
  const found = KINDS.find(({ bytes }) =>
    bytes.every((byte, index) => chunk[index] === byte),
  )
  if (found) throw format(owner, file, `is ${found.kind}; ${found.advice}`)
}

function format(owner: string, file: string, what: string, cause?: unknown): DataError {
  return new DataError(
    'REG_DATA_FORMAT',
    `${owner}: ${file} ${what}.`,
    { owner, file },
    { cause },
  )
}
