import { expect, test, vi } from 'vitest'
import { SeedMemory } from '../../src/transforms/seed-memory.js'

test('a seed that is given stays, and a state with another is refused', () => {
  const seed = new SeedMemory(3, 'augment')
  seed.load(3)
  expect(seed.value).toBe(3)
  expect(() => seed.load(4)).toThrow(
    'The state to restore was saved by augment with the seed 4, but this one has 3. Make it with the same seed.',
  )
})

test('a seed of chance is that of the state', () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const seed = new SeedMemory(undefined, 'augment')
  expect(seed.value).toBe(2 ** 31)
  seed.load(7)
  expect(seed.value).toBe(7)
})

test.each([[undefined], [null], ['3'], [Number.NaN]])('%s is no seed of a state', (saved) => {
  expect(() => new SeedMemory(1, 'augment').load(saved)).toThrow(TypeError)
})
