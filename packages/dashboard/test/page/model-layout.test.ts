import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/page/model-layout.js'

const layer = (name: string, inputs?: readonly string[]) => ({
  class_name: 'Dense',
  name,
  config: { name, units: 3 },
  ...(inputs && {
    inbound_nodes: inputs.length > 0 ? [inputs.map((input) => [input, 0, 0, {}])] : [],
  }),
})

describe('the layers of a model', () => {
  it.each([
    [
      'Sequential',
      [layer('a'), layer('b')],
      [
        ['a', 0, 0],
        ['b', 1, 0],
      ],
    ],
    [
      'with branches',
      [layer('a', []), layer('b', ['a']), layer('c', ['a']), layer('d', ['b', 'c'])],
      [
        ['a', 0, 0],
        ['b', 1, 0],
        ['c', 1, 1],
        ['d', 2, 0],
      ],
    ],
  ])('are at their places: %s', (_, layers, places) => {
    const boxes = layoutOf(JSON.stringify({ config: { layers } }))
    expect(boxes?.map(({ name, row, column }) => [name, row, column])).toEqual(places)
    expect(boxes?.[0]).toMatchObject({ kind: 'Dense', detail: 'units 3' })
  })

  it.each(['', 'null', '{}', '[]', '{"config":{"layers":3}}'])('are none in %j', (text) => {
    expect(layoutOf(text)).toBeUndefined()
  })
})
