import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { FILE_HEADER, framed } from '../src/framing.js'
import { readRecords } from './helpers/read-wandb.js'

/** Sizes at the edges of a block, whose first one begins after the header of the file. */
const SIZES = [0, 1, 7, 32_768 - 14 - 1, 32_768 - 14, 32_768 - 14 + 1, 32_754, 70_000, 200_000]

function fileOf(records: readonly Buffer[]): Buffer {
  let file: Buffer = FILE_HEADER
  for (const record of records) file = Buffer.concat([file, framed(record, file.length)])
  return file
}

/** Millions of bytes are compared by their sums. */
const hashes = (records: readonly Buffer[]) =>
  records.map((bytes) => createHash('sha256').update(bytes).digest('hex'))

it.each(SIZES.flatMap((first) => SIZES.map((second) => [first, second])))(
  'records of %i and %i bytes are read back',
  (first = 0, second = 0) => {
    const records = [Buffer.alloc(first, 'a'), Buffer.alloc(second, 'b'), Buffer.from('end')]
    expect(hashes(readRecords(fileOf(records)))).toEqual(hashes(records))
  },
)

it('a file that is cut anywhere has all whole records before the cut', () => {
  const records = Array.from({ length: 9 }, (_, at) => Buffer.alloc(9000 * at, `${at}`))
  const file = fileOf(records)
  for (let cut = FILE_HEADER.length; cut < file.length; cut += 997) {
    const found = readRecords(file.subarray(0, cut))
    expect(hashes(found)).toEqual(hashes(records.slice(0, found.length)))
  }
})
