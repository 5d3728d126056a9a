import { expect, it } from 'vitest'
import type { ModelContestant } from '../src/model-contestants.js'
import { modelTable } from '../src/model-report.js'
import { measureRounds } from '../src/model-rounds.js'

it('contestants take turns in five rounds, and one that fails is out', async () => {
  const order: string[] = []
  const contestant = (name: string, times: number[]): ModelContestant => ({
    name,
    async measure() {
      order.push(name)
      const time = times.shift()
      if (time === undefined) throw new Error('it does not train')
      return name === 'a' ? { stepMs: time, startMs: 10 * time } : { stepMs: time }
    },
  })
  const results = await measureRounds(
    'mlp',
    [contestant('a', [5, 3, 4, 9, 8]), contestant('b', [1, 2])],
    false,
  )
  expect(order.join('')).toBe('abababaa')
  expect(results).toEqual([
    { contestant: 'a', best: 3, median: 5, rounds: [5, 3, 4, 9, 8], start: 50 },
    { contestant: 'b', reason: 'it does not train' },
  ])
})

it('a table compares medians with those of PyTorch, and says why one is missing', () => {
  const rounds: number[] = []
  const results = [
    { contestant: 'traced, 1 thread', best: 3.9, median: 4.4, rounds, start: 71.4 },
    { contestant: 'PyTorch', best: 2, median: 2.2, rounds, start: undefined },
    { contestant: 'Lightning', reason: 'no Python has it | at all\nsecond line' },
  ]
  const table = modelTable('a model', results)
  expect(table).toMatch(/^### a model\n\n\| contestant /)
  expect(table).toMatch(/traced, 1 thread \| 3\.900 +\| 4\.400 +\| 2\.00 +\| 71 +\|/)
  expect(table).toMatch(/\| Lightning +\| +\| +\| no Python has it \/ at all +\| +\|/)
  expect(modelTable('a model', results.slice(0, 1))).toMatch(/4\.400 +\| +\|/)
})
