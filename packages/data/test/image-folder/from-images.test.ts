import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { loaderContract } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { encode } from 'jpeg-js'
import { PNG } from 'pngjs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type FromImagesOptions, fromImages, type ImageLoader } from '../../src/index.js'

const root = mkdtempSync(join(tmpdir(), 'from-images-'))
const shades = join(root, 'shades')

/** A picture of one shade. */
const png = (shade: number) => {
  const image = new PNG({ width: 3, height: 2 })
  for (const at of image.data.keys()) image.data[at] = at % 4 === 3 ? 255 : shade
  return PNG.sync.write(image)
}
const folderOf = (name: string, files: Record<string, Uint8Array | string>) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, name, path, '..'), { recursive: true })
    writeFileSync(join(root, name, path), content)
  }
  return join(root, name)
}
beforeAll(() => {
  // Class and shade of each are known: 10 dark ones from 0 to 9, 5 light ones from 200 to 204.
  const dark = Array.from({ length: 10 }, (_, n) => [`dark/${n}.png`, png(n)] as const)
  const light = Array.from({ length: 5 }, (_, n) => [`light/${n}.PNG`, png(200 + n)] as const)
  folderOf('shades', Object.fromEntries([...dark, ...light]))
})
afterAll(() => rmSync(root, { recursive: true }))

let tensorsBefore = 0
beforeEach(() => {
  tensorsBefore = tf.memory().numTensors
})
afterEach(() => {
  expect(tf.memory().numTensors).toBe(tensorsBefore)
})

const options: FromImagesOptions = { size: [2, 3], channels: 1, batchSize: 4, seed: 1 }

/** Shades and labels of the next epoch, a list for each batch. */
async function epoch(loader: ImageLoader) {
  const batches: [number, number][][] = []
  for await (const { x, y } of loader) {
    const shade = tf.tidy(() => tf.mul(tf.mean(x, [1, 2, 3]), 255).dataSync())
    const label = y.dataSync()
    batches.push(Array.from(shade, (value, at) => [Math.round(value), label[at] as number]))
    tf.dispose([x, y])
  }
  return batches
}
const shadesOf = (batches: [number, number][][]) => batches.flat().map(([shade]) => shade)
const ALL = [...Array.from({ length: 10 }, (_, n) => n), 200, 201, 202, 203, 204]

describe('fromImages', () => {
  it('gives the images by class and name, with their classes', async () => {
    const loader = await fromImages(shades, options)
    expect([loader.classes, loader.rows, loader.size]).toEqual([['dark', 'light'], 15, 4])
    const batches = await epoch(loader)
    expect(batches.map((batch) => batch.length)).toEqual([4, 4, 4, 3])
    expect(batches.flat()).toEqual(ALL.map((shade) => [shade, shade < 100 ? 0 : 1]))
    expect(loader.paths[14]).toBe(join(shades, 'light/4.PNG'))
  })

  it('gives every image once an epoch, in orders that depend on the seed alone', async () => {
    const make = (more: Partial<FromImagesOptions>) =>
      fromImages(shades, { ...options, shuffle: true, ...more })
    const loader = await make({})
    const [first, second] = [await epoch(loader), await epoch(loader)]
    for (const found of [first, second])
      expect(shadesOf(found).toSorted((a, b) => a - b)).toEqual(ALL)
    expect(second).not.toEqual(first)
    for (const more of [{ workers: 1 }, { workers: 3, prefetch: 5 }, { cache: false }]) {
      const other = await make(more)
      expect([await epoch(other), await epoch(other)]).toEqual([first, second])
    }
    expect(await epoch(await make({ seed: 2 }))).not.toEqual(first)
  })

  it('parts share no image, have the same share of each class, and are all together', async () => {
    const part = async (from: number, to: number) =>
      shadesOf(await epoch(await fromImages(shades, { ...options, part: [from, to] })))
    const [train, validation] = [await part(0, 0.8), await part(0.8, 1)]
    expect([train.filter((one) => one < 100).length, train.length]).toEqual([8, 12])
    expect([...train, ...validation].toSorted((a, b) => a - b)).toEqual(ALL)
  })

  it.each([{ shuffle: true }, { shuffle: true, cache: false, part: [0, 0.5] as const }])(
    'keeps the loader contract: %o',
    { timeout: 60_000 },
    async (more) => {
      await loaderContract(() => fromImages(shades, { ...options, ...more, workers: 1 }), {
        epochs: 2,
      })
    },
  )

  it('refuses the position of other images', async () => {
    const [all, part] = [
      await fromImages(shades, options),
      await fromImages(shades, { ...options, part: [0, 0.5] }),
    ]
    expect(() => part.restore(all.state())).toThrow(/would give other batches/)
  })

  it('has labels as they are asked for', async () => {
    const kinds = { index: ['float32', [4]], int32: ['int32', [4]], oneHot: ['float32', [4, 2]] }
    for (const [labels, expected] of Object.entries(kinds)) {
      const loader = await fromImages(shades, { ...options, labels: labels as 'index' })
      for await (const { x, y } of loader) {
        expect([y.dtype, y.shape, x.shape]).toEqual([...expected, [4, 2, 3, 1]])
        tf.dispose([x, y])
        break
      }
    }
  })

  it('reads JPEG, grey, palettes, 16 bits and opacity', async () => {
    const data = Buffer.alloc(8 * 8 * 4).map((_, at) => (at % 4 === 3 ? 255 : 120))
    const folder = folderOf('kinds', {
      'a/1.jpg': encode({ width: 8, height: 8, data }, 95).data,
      'a/2.jpeg': encode({ width: 8, height: 8, data }, 30).data,
      'a/3.png': PNG.sync.write(Object.assign(new PNG({ width: 8, height: 8 }), { data }), {
        colorType: 0,
      }),
      'a/4.png': PNG.sync.write(Object.assign(new PNG({ width: 8, height: 8 }), { data }), {
        colorType: 4,
      }),
      'a/5.png': PNG.sync.write(
        Object.assign(new PNG({ width: 8, height: 8 }), {
          data: new Uint16Array(8 * 8 * 4).fill(120 * 257),
        }),
        { bitDepth: 16, colorType: 6 },
      ),
    })
    const [batch] = await epoch(await fromImages(folder, { ...options, batchSize: 8 }))
    expect(batch?.map(([shade]) => Math.abs(shade - 120) <= 1)).toEqual(Array(5).fill(true))
  })

  it('names a file that cannot be decoded, or leaves it out with a notice', async () => {
    const folder = folderOf('broken', {
      'a/1.png': png(1),
      'a/2.png': png(2).subarray(0, 50),
      'a/3.png': 'text',
      'a/4.png': png(4),
    })
    await expect(epoch(await fromImages(folder, options))).rejects.toThrow(
      new RegExp(`fromImages cannot decode ${join(folder, 'a/2.png')}: .*Mend or remove the file`),
    )
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    const loader = await fromImages(folder, { ...options, skipBroken: true })
    expect(shadesOf(await epoch(loader))).toEqual([1, 4])
    expect(warned.mock.calls.map(([text]) => String(text))).toEqual([
      expect.stringMatching(/leaves out .*2\.png: /),
      expect.stringMatching(/leaves out .*3\.png: it is neither PNG nor JPEG/),
    ])
  })

  it('says which files it leaves out', async () => {
    const folder = folderOf('others', { 'a/1.png': png(1), 'a/notes.txt': 'x', 'a/.hidden': 'x' })
    const warned = vi.spyOn(process, 'emitWarning').mockReturnValue()
    await fromImages(folder, options)
    expect(warned.mock.calls[0]?.[0]).toMatch(
      /leaves out 1 of 2 files in .*: it reads \.png, \.jpg and \.jpeg/,
    )
  })

  it.each<[string, () => string, Partial<FromImagesOptions>, RegExp]>([
    ['no folder', () => join(root, 'none'), {}, /cannot read the folder .*none: there is none/],
    ['a file', () => join(folderOf('file', { 'a.png': png(1) }), 'a.png'), {}, /it is a file/],
    [
      'images without classes',
      () => folderOf('flat', { '1.png': png(1) }),
      {},
      /has no folders; fromImages takes/,
    ],
    [
      'an empty class',
      () => folderOf('empty', { 'a/1.txt': 'x' }),
      {},
      /has no image; fromImages reads/,
    ],
    [
      'a class that is not there',
      () => shades,
      { classes: ['dark', 'Light'] },
      /no folder for the class "Light"; it has "dark", "light"/,
    ],
    [
      'a part without images',
      () => shades,
      { part: [0, 0.01] },
      /No image .* is in part \[0,0.01\]/,
    ],
    ['dropLast without a batch', () => shades, { batchSize: 16, dropLast: true }, /has no batch/],
    [
      'a part without a seed',
      () => shades,
      { part: [0, 0.5], seed: undefined } as never,
      /part of fromImages needs a seed/,
    ],
    [
      'an unknown option',
      () => shades,
      { batchsize: 2 } as never,
      /no option "batchsize". Did you mean "batchSize"/,
    ],
    [
      'no size',
      () => shades,
      { size: [3] as never },
      /option size of fromImages is \[3\]; give \[height, width\]/,
    ],
    [
      'five channels',
      () => shades,
      { channels: 5 as never },
      /channels of fromImages is 5; give 1, 3 or 4/,
    ],
    [
      'shares the wrong way round',
      () => shades,
      { part: [0.8, 0.2] },
      /give two shares, such as \[0, 0.8\]/,
    ],
    ['a class twice', () => shades, { classes: ['dark', 'dark'] }, /each once/],
    ['no workers', () => shades, { workers: 0 }, /workers of fromImages is 0/],
  ])('refuses %s', async (_, folder, more, expected) => {
    await expect(fromImages(folder(), { ...options, ...more })).rejects.toThrow(expected)
  })

  it.skipIf(process.getuid?.() === 0)('says that permission is denied', async () => {
    const folder = folderOf('locked', { 'a/1.png': png(1) })
    chmodSync(folder, 0)
    await expect(fromImages(folder, options)).rejects.toThrow(/permission is denied/)
    chmodSync(folder, 0o700)
  })
})
