import { expect, it } from 'vitest'
import { describeTrial, mutedPlugins } from '../src/fast-dev-run.js'

const plugin = (id: string, name = id, writes = false, isMuted = false) => ({
  id,
  name,
  writes,
  taps: [],
  isMuted,
})

it('picks plugins that write and early stopping under any id, and leaves out what is muted', () => {
  const plugins = [
    plugin('progress'),
    plugin('csv', 'logger-csv', true),
    plugin('patient', 'early-stopping'),
    plugin('quiet', 'logger-csv', true, true),
    plugin('toString'),
  ]
  expect(mutedPlugins(plugins)).toEqual([
    { id: 'csv', reason: 'writes' },
    { id: 'patient', reason: 'judges metrics' },
  ])
})

it.each([
  [1, [], 'A trial run of 1 batch of everything. Muted: nothing.'],
  [
    3,
    [
      { id: 'a', reason: 'writes' },
      { id: 'b', reason: 'judges metrics' },
    ],
    'A trial run of 3 batches of everything. Muted: "a" (writes), "b" (judges metrics).',
  ],
])('announces %d batches', (batches, mutings, text) => {
  expect(describeTrial(batches, mutings)).toBe(text)
})
