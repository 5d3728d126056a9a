import { expect, it } from 'vitest'
import { formatBytes, formatCount, formatMetric, formatRate, formatSeconds } from '../src/format.js'

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

it.each([
  [0, '0.00 s'],
  [0.456, '0.46 s'],
  [0.999, '1.0 s'],
  [7.25, '7.3 s'],
  [9.96, '10 s'],
  [59.4, '59 s'],
  [59.6, '1:00'],
  [185, '3:05'],
  [7384, '2:03:04'],
  [360_000, '100:00:00'],
  [Number.POSITIVE_INFINITY, '?'],
  [Number.NaN, '?'],
  [-1, '?'],
])('shows %d seconds as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text)
})

it.each([
  [12345.6, '12346/s'],
  [99.96, '100/s'],
  [12.34, '12.3/s'],
  [0.4, '2.5 s each'],
  [0.001, '16:40 each'],
  [0, '?/s'],
  [Number.NaN, '?/s'],
])('shows %d per second as %s', (perSecond, text) => {
  expect(formatRate(perSecond)).toBe(text)
})
