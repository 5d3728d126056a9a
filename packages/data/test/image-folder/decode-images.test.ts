import { readFileSync } from 'node:fs'
import { encode } from 'jpeg-js'
import { PNG } from 'pngjs'
import { expect, it } from 'vitest'
import { imageDecoder } from '../../src/image-folder/decode-images.js'
import type { DecodeTools, Target } from '../../src/image-folder/decode-job.js'

interface Case {
  readonly from: [number, number]
  readonly size: [number, number]
  readonly channels: 1 | 3 | 4
  readonly source: number[]
  readonly stretch: number[]
  readonly crop: number[]
}
const table = JSON.parse(readFileSync(new URL('resized.json', import.meta.url), 'utf8')) as {
  source: string
  cases: Case[]
}

/** Decodes one image whose RGBA pixels are given, as if a file held them. */
function made(
  rgba: Uint8Array,
  [height, width]: readonly number[],
  target: Target,
  exif?: Uint8Array,
) {
  const image = { width: width as number, height: height as number, data: rgba }
  const tools: DecodeTools = {
    readFile: () => Uint8Array.of(0xff, 0xd8),
    png: () => image,
    jpeg: () => ({ ...image, ...(exif && { exif }) }),
  }
  const { pixels, broken } = imageDecoder(tools, target)({ id: 0, paths: ['one'] })
  expect(broken).toEqual([])
  return [...pixels]
}
const opaque = (rgb: readonly number[]) =>
  Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, at) =>
    at % 4 === 3 ? 255 : (rgb[Math.floor(at / 4) * 3 + (at % 4)] as number),
  )

it.each(table.cases)('$from to $size with $channels channels is what Pillow makes of it', (one) => {
  // What is nearly transparent has colours that a rounding moves far, and nobody sees.
  const seen = (pixels: readonly number[], at: number) =>
    one.channels === 4 && at % 4 < 3
      ? ((pixels[at] as number) * (pixels[at - (at % 4) + 3] as number)) / 255
      : (pixels[at] as number)
  const far = (fit: 'stretch' | 'crop') => {
    const pixels = one.channels === 4 ? Uint8Array.from(one.source) : opaque(one.source)
    const found = made(pixels, one.from, { ...one, fit })
    expect(found).toHaveLength(one[fit].length)
    return Math.max(...found.map((_, at) => Math.abs(seen(found, at) - seen(one[fit], at))))
  }
  // Pillow takes the corners of what is cropped as float32.
  expect([far('stretch'), far('crop') <= (one.channels === 4 ? 2 : 1)]).toEqual([0, true])
})

it('pads with black, centred', () => {
  const rgba = opaque([9, 9, 9, 9, 9, 9])
  const found = made(rgba, [1, 2], { size: [4, 4], channels: 1, fit: 'pad' })
  expect(found).toEqual([...Array(4).fill(0), ...Array(8).fill(9), ...Array(4).fill(0)])
})

it('keeps opacity where four channels are asked for, and drops it otherwise', () => {
  const rgba = Uint8Array.of(1, 2, 3, 4)
  expect(made(rgba, [1, 1], { size: [1, 1], channels: 4, fit: 'crop' })).toEqual([1, 2, 3, 4])
  expect(made(rgba, [1, 1], { size: [1, 1], channels: 3, fit: 'crop' })).toEqual([1, 2, 3])
})

// The letters of an F, 2 wide and 3 high, as each orientation stores them.
const STORED: [number, [number, number], string][] = [
  [1, [3, 2], 'ab' + 'cd' + 'ef'],
  [2, [3, 2], 'ba' + 'dc' + 'fe'],
  [3, [3, 2], 'fe' + 'dc' + 'ba'],
  [4, [3, 2], 'ef' + 'cd' + 'ab'],
  [5, [2, 3], 'ace' + 'bdf'],
  [6, [2, 3], 'bdf' + 'ace'],
  [7, [2, 3], 'fdb' + 'eca'],
  [8, [2, 3], 'eca' + 'fdb'],
]
it.each(STORED)('orientation %i of a camera is put upright', (orientation, shape, letters) => {
  const rgb = [...letters].flatMap((letter) => Array(3).fill(letter.charCodeAt(0)))
  for (const little of [true, false]) {
    const exif = new DataView(new ArrayBuffer(6 + 8 + 2 + 12))
    exif.setUint32(0, 0x45786966)
    exif.setUint16(6, little ? 0x4949 : 0x4d4d)
    exif.setUint16(8, 42, little)
    exif.setUint32(10, 8, little)
    exif.setUint16(14, 1, little)
    exif.setUint16(16, 0x0112, little)
    exif.setUint16(18, 3, little)
    exif.setUint32(20, 1, little)
    exif.setUint16(24, orientation, little)
    const target: Target = { size: [3, 2], channels: 1, fit: 'stretch' }
    const found = made(opaque(rgb), shape, target, new Uint8Array(exif.buffer))
    expect(String.fromCharCode(...found)).toBe('abcdef')
  }
})

it('says of each file what is wrong with it, and decodes the others', () => {
  const image = { width: 1, height: 1, data: Buffer.from([7, 7, 7, 255]) }
  const png = new PNG({ width: 1, height: 1 })
  png.data = image.data
  const whole = PNG.sync.write(png)
  const files: Record<string, Uint8Array> = {
    good: whole,
    empty: new Uint8Array(),
    text: Buffer.from('hello'),
    torn: encode(image, 90).data.subarray(0, 40),
  }
  const tools: DecodeTools = {
    readFile(path) {
      const found = files[path]
      if (!found) throw new Error('no such file')
      return found
    },
    png: (bytes) => PNG.sync.read(Buffer.from(bytes)),
    jpeg: () => {
      throw new Error('Unexpected end')
    },
  }
  const decode = imageDecoder(tools, { size: [1, 1], channels: 1, fit: 'stretch' })
  const { id, pixels, broken } = decode({ id: 5, paths: ['gone', 'good', 'empty', 'text', 'torn'] })
  expect([id, [...pixels]]).toEqual([5, [0, 7, 0, 0, 0]])
  expect(broken).toEqual([
    { index: 0, why: 'no such file' },
    { index: 2, why: 'the file is empty' },
    { index: 3, why: 'it is neither PNG nor JPEG' },
    { index: 4, why: 'Unexpected end' },
  ])
})
