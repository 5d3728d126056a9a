import { expect, it } from 'vitest'
import { formatBytes, formatCount, formatMetric } from '../src/format.js'

it.each([
  [0.1234567, '0.1235'],
  [1, '1.000'],
  [12.3456, '12.35'],
  [999.96, '1000'],
  [12345.678, '12345.7'],
  [0, '0'],
  [-0, '0'],
  [-0.5, '-0.5000'],
  [1.23456e-7, '1.235e-7'],
  [1.23456e30, '1.235e30'],
  [-2e9, '-2.000e9'],
  [1e6, '1.000e6'],
  [Number.MIN_VALUE, '4.941e-324'],
  [Number.MAX_VALUE, '1.798e308'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('shows the metric %d as %s', (value, text) => {
  expect(formatMetric(value)).toBe(text)
})

it.each([
  [0, '0'],
  [1234567, '1,234,567'],
  [602.4, '602'],
])('shows the count %d as %s', (value, text) => {
  expect(formatCount(value)).toBe(text)
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1284, '1.3 kB'],
  [999_600, '1.0 MB'],
  [4_938_268, '4.9 MB'],
  [123_456_789, '123 MB'],
  [5e15, '5000 TB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
