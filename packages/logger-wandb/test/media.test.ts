import { describe, expect, it } from 'vitest'
import { faultOfPath, mediaOf } from '../src/media.js'

const at = { seq: 1, time: 1000, step: 3, epoch: 0 }

describe('media', () => {
  it('a text is a table of one row', () => {
    const { file, value } = mediaOf(
      { ...at, kind: 'text', name: 'note', text: 'a', format: 'plain' },
      7,
    )
    expect(file?.content).toEqual({ text: '{"columns":["text"],"data":[["a"]]}' })
    expect(value).toMatchObject({
      _type: 'table-file',
      ncols: 1,
      nrows: 1,
      path: file?.path,
      size: 35,
    })
    expect(file?.path).toMatch(/^media\/table\/note_7_[0-9a-f]{20}\.table\.json$/)
  })

  it('an image keeps its size, and a name that is no path leads nowhere', () => {
    const image = {
      mime: 'image/png',
      width: 2,
      height: 1,
      sha256: 'f'.repeat(64),
      size: 9,
    } as const
    const { value } = mediaOf({ ...at, kind: 'image', name: '../a:b', file: '/x.png', ...image }, 0)
    expect(value).toEqual({
      ...{ _type: 'image-file', format: 'png', width: 2, height: 1, size: 9 },
      ...{ sha256: 'f'.repeat(64), path: `media/images/_/a_b_0_${'f'.repeat(20)}.png` },
    })
  })

  it('a histogram has one edge more than counts', () => {
    const { value } = mediaOf(
      { ...at, kind: 'histogram', name: 'w', edges: [0, 1], counts: [4] },
      0,
    )
    expect(value).toEqual({ _type: 'histogram', values: [4], bins: [0, 1] })
  })
})

it.each(['model.bin', 'a/b c', '..a'])('there can be a file %s', (path) =>
  expect(faultOfPath(path)).toBeUndefined(),
)
it.each(['', '../a', '/a', 'a/../../b', 'a\\b', 'a/', '.'])('there can be no file "%s"', (path) =>
  expect(faultOfPath(path)).toContain('..'),
)
