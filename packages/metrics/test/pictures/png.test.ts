import { inflateSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { encodePng } from '../../src/pictures/png.js'

it('is a PNG whose lines are the levels, also over several blocks', () => {
  const [width, height] = [300, 301]
  const levels = Uint8Array.from({ length: width * height }, (_, index) => index % 251)
  const png = Buffer.from(encodePng({ width, height, levels }))
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height])
  const length = png.readUInt32BE(33)
  expect(png.subarray(37, 41).toString()).toBe('IDAT')
  // zlib checks the sum of the data.
  const lines = inflateSync(png.subarray(41, 41 + length))
  expect(lines).toHaveLength((width + 1) * height)
  expect([...lines.subarray(0, 4)]).toEqual([0, 0, 1, 2])
  expect(lines[301 * 300 + 1]).toBe(levels[300 * 300])
  // The end of every PNG, with its sum.
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082')
})
