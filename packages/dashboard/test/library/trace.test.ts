import { expect, it } from 'vitest'
import { spansOf } from '../../src/library/trace.js'

const EVENTS = [
  { ph: 'M', tid: 1, ts: 0, name: 'thread_name', args: { name: 'loop' } },
  { ph: 'B', tid: 1, ts: 1000, name: 'epoch' },
  { ph: 'B', tid: 1, ts: 2000, name: 'batch' },
  { ph: 'E', tid: 1, ts: 2500 },
  { ph: 'E', tid: 1, ts: 9000 },
  { ph: 'E', tid: 1, ts: 9500 },
  { ph: 'B', tid: 2, ts: 9600, name: 'open' },
]

it('spans are matched by track, with their depth, in milliseconds', () => {
  expect(spansOf(JSON.stringify({ traceEvents: EVENTS }), 10)).toEqual({
    spans: [
      { track: 'loop', name: 'epoch', start: 1, duration: 8, depth: 0 },
      { track: 'loop', name: 'batch', start: 2, duration: 0.5, depth: 1 },
    ],
    omitted: 0,
  })
  const { spans = [], omitted } = spansOf(JSON.stringify({ traceEvents: EVENTS }), 1) ?? {}
  expect(spans.map(({ name }) => name)).toEqual(['epoch'])
  expect(omitted).toBe(1)
})

it.each(['', '{', 'null', '{"traceEvents":3}'])('%j is no trace', (text) => {
  expect(spansOf(text, 10)).toBeUndefined()
})
