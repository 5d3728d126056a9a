import { expect, it } from 'vitest'
import { message } from '../src/wire.js'

it.each([
  [[[1, 0]], '0800'],
  // The example of protobuf.dev/programming-guides/encoding.
  [[[1, 150]], '089601'],
  [[[2, 'testing']], '120774657374696e67'],
  [[[3, [[1, 150]]]], '1a03089601'],
  [[[1, 2 ** 53 - 1]], '08ffffffffffffff0f'],
  [[[16, 'ü']], '820102c3bc'],
  [[], ''],
] as const)('%j is %s', (fields, hex) => expect(message(fields).toString('hex')).toBe(hex))
