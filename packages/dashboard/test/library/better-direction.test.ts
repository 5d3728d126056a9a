import { expect, it } from 'vitest'
import { betterDirection } from '../../src/library/better-direction.js'

it.each([
  ['loss', 'min'],
  ['val_loss', 'min'],
  ['test_loss/0', 'min'],
  ['val_meanSquaredError', 'min'],
  ['mae', 'min'],
  ['perplexity', 'min'],
  ['accuracy', 'max'],
  ['val_accuracy', 'max'],
  ['f1', 'max'],
  ['glossary', 'max'],
])('%s is better at its %s', (name, direction) => {
  expect(betterDirection(name)).toBe(direction)
})
