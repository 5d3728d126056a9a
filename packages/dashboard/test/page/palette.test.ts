import { expect, it } from 'vitest'
import { markOf } from '../../src/page/palette.js'

it.each([true, false])('24 runs have marks of their own, dark: %s', (isDark) => {
  const marks = Array.from({ length: 24 }, (_, index) => JSON.stringify(markOf(index, isDark)))
  expect(new Set(marks).size).toBe(24)
})
