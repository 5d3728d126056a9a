import { expect, it } from 'vitest'
import { lifecycle, lifecycleNames } from '../../src/hooks/lifecycle.js'

const rows = lifecycleNames.map((name) => ({ name, ...lifecycle[name] }))
const ends = rows.flatMap(({ name, start }) => (start === undefined ? [] : [[start, name]]))

it('every start has one end, which comes after it, at the same depth', () => {
  const starts = lifecycleNames.filter((name) => name.endsWith('Start'))
  expect(ends.map(([start]) => start).sort()).toEqual([...starts].sort())
  const misplaced = ends.filter(([start, end]) => {
    const first = rows.findIndex(({ name }) => name === start)
    const last = rows.findIndex(({ name }) => name === end)
    return first >= last || rows[first]?.depth !== rows[last]?.depth
  })
  expect(misplaced).toEqual([])
})

it('taps run in reverse order in all ends and in teardown', () => {
  const reversed = rows.filter(({ isReversed }) => isReversed).map(({ name }) => name)
  expect(reversed).toEqual([...lifecycleNames.filter((name) => name.endsWith('End')), 'teardown'])
})
