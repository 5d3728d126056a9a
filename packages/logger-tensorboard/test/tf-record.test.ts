import { expect, it } from 'vitest'
import { tfRecords } from '../src/tf-record.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

it('no records are no bytes', () => {
  expect(tfRecords([])).toEqual(new Uint8Array(0))
})

it.each([0, 1, 255, 256, 70_000])('a record of %d bytes has a frame of 16 around it', (length) => {
  const data = new Uint8Array(length).fill(7)
  const bytes = tfRecords([data])
  expect(bytes).toHaveLength(length + 16)
  expect(new DataView(bytes.buffer).getBigUint64(0, true)).toBe(BigInt(length))
  expect(bytes.subarray(12, 12 + length)).toEqual(data)
})

it('the checksums of a length of 0 and of no data are masked CRC-32C', () => {
  expect(hex(tfRecords([new Uint8Array(0)]))).toBe('000000000000000029039807d8ea82a2')
})

it('records follow one another, each as it would be alone', () => {
  const [one, two] = [new Uint8Array([1]), new Uint8Array([2, 3])]
  expect(hex(tfRecords([one, two]))).toBe(hex(tfRecords([one])) + hex(tfRecords([two])))
})
