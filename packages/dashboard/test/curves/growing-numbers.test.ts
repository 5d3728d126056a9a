import { expect, it } from 'vitest'
import { GrowingNumbers } from '../../src/curves/growing-numbers.js'

it('keeps all numbers in order while it grows', () => {
  const numbers = new GrowingNumbers()
  for (let at = 0; at < 1000; at++) numbers.push(at / 3)
  expect([...numbers.view()]).toEqual(Array.from({ length: 1000 }, (_, at) => at / 3))
})
