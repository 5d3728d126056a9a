import { expect, it } from 'vitest'
import { crc32c, maskedCrc32c } from '../src/crc32c.js'

const READ_COMMAND =
  '01c00000000000000000000000000000140000000000040000000014000000182800000000000000' +
  '0200000000000000'

it.each([
  ['nothing', new Uint8Array(), 0x00000000],
  ['"123456789"', Buffer.from('123456789'), 0xe3069283],
  ['RFC 3720: 32 bytes of 0', new Uint8Array(32), 0x8a9136aa],
  ['RFC 3720: 32 bytes of ff', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['RFC 3720: 00 to 1f', Uint8Array.from({ length: 32 }, (_, at) => at), 0x46dd794e],
  ['RFC 3720: 1f to 00', Uint8Array.from({ length: 32 }, (_, at) => 31 - at), 0x113fdb5c],
  ['RFC 3720: a SCSI Read (10) command', Buffer.from(READ_COMMAND, 'hex'), 0xd9963a56],
] as const)('CRC-32C of %s', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected)
})

it('is masked as TFRecord files mask it', () => {
  expect(maskedCrc32c(Buffer.from('123456789'))).toBe(
    (((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8) >>> 0,
  )
  expect(maskedCrc32c(new Uint8Array())).toBe(0xa282ead8)
})
