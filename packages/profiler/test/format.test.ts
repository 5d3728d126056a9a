import { expect, it } from 'vitest'
import { formatBytes, formatMs, formatShare } from '../src/format.js'

it.each([
  [0, '0 ms'],
  [0.0000421, '0.042 µs'],
  [0.00456, '4.56 µs'],
  [0.0456, '45.6 µs'],
  [0.9994, '999 µs'],
  [0.9996, '1.00 ms'],
  [12.34, '12.3 ms'],
  [999.4, '999 ms'],
  [999.6, '1.00 s'],
  [59_940, '59.9 s'],
  [59_980, '1:00'],
  [185_000, '3:05'],
  [7_384_000, '2:03:04'],
])('shows %d ms as %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

it.each([
  [0, '0.0 %'],
  [0.0001, '<0.1 %'],
  [0.0421, '4.2 %'],
  [0.0996, '10 %'],
  [0.61, '61 %'],
  [1, '100 %'],
  [Number.NaN, '?'],
])('shows the share %d as %s', (share, text) => {
  expect(formatShare(share)).toBe(text)
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1610, '1.61 kB'],
  [999_600, '1.00 MB'],
  [-2_500_000_000, '-2.50 GB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
