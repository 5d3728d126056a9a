import { expect, it } from 'vitest'
import { bytesText } from '../../src/page/bytes-text.js'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1234, '1.23 kB'],
  [5.6e7, '56 MB'],
  [1e17, '100000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})
