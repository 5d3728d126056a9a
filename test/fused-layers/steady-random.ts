import { type MockInstance, vi } from 'vitest'

/** Lets `Math.random` give the same numbers in every run, until mocks are restored. */
export function steadyRandom(): MockInstance<typeof Math.random> {
  let state = 1
  return vi.spyOn(Math, 'random').mockImplementation(() => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >>> 0) / 2 ** 32
  })
}
