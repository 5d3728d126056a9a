import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, test } from 'vitest'
import {
  arrayLoader,
  augment,
  cutout,
  type ImageStep,
  imageSteps,
  randomAffine,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomFlip,
  randomNoise,
} from '../../src/index.js'

const STEPS: Record<string, ImageStep> = {
  randomFlip: randomFlip(),
  'randomFlip upside down': randomFlip({ along: 'height' }),
  randomCrop: randomCrop({ padding: 2 }),
  randomAffine: randomAffine({ rotation: 30, translation: 0.2, zoom: 0.2 }),
  cutout: cutout({ size: 2 }),
  randomBrightness: randomBrightness(0.2),
  randomContrast: randomContrast(0.5),
  randomNoise: randomNoise(0.1),
  'all of them': imageSteps(
    randomFlip(),
    randomCrop({ padding: 1 }),
    randomNoise(0.1),
    cutout({ size: 1 }),
  ),
}
const one = Float32Array.from({ length: 4 * 6 * 2 }, (_, index) => index + 1)
const images = {
  data: Float32Array.from({ length: 12 * 48 }, (_, index) => one[index % 48] as number),
  shape: [12, 4, 6, 2],
} as const

const read = async (step: ImageStep, { batchSize = 4, seed = 1 } = {}) => {
  const before = tf.memory().numTensors
  const seen: string[] = []
  for await (const x of augment(
    arrayLoader({ x: images }, { batchSize }),
    ({ x }, random) => step(x, random),
    { seed },
  )) {
    for (const image of tf.unstack(x)) {
      seen.push([...image.dataSync()].map((value) => Math.fround(value)).join())
      image.dispose()
    }
    x.dispose()
  }
  expect(tf.memory().numTensors).toBe(before)
  return seen
}

describe.each(Object.entries(STEPS))('%s', (_, step) => {
  test('draws for each sample, alike for any batch size, otherwise for another seed', async () => {
    const seen = await read(step)
    expect(new Set(seen).size).toBeGreaterThan(1)
    expect(await read(step, { batchSize: 5 })).toEqual(seen)
    expect(await read(step, { seed: 2 })).not.toEqual(seen)
  })
})

const numbers = (text: string) => text.split(',').map(Number)
const at = (image: readonly number[], row: number, column: number) =>
  image[(row * 6 + column) * 2] ?? 0

test('a flip mirrors columns or rows, with their channels', async () => {
  for (const text of await read(randomFlip({ probability: 1 }))) {
    expect(at(numbers(text), 1, 0)).toBe(at([...one], 1, 5))
    expect(numbers(text).slice(0, 2)).toEqual([11, 12])
  }
  for (const text of await read(randomFlip({ along: 'height', probability: 1 })))
    expect(at(numbers(text), 0, 2)).toBe(at([...one], 3, 2))
  for (const text of await read(randomFlip({ probability: 0 }))) expect(text).toBe(one.join())
})

test('a crop moves an image by up to its padding, with 0 from outside', async () => {
  for (const text of await read(randomCrop({ padding: 1 }))) {
    const image = numbers(text)
    const middle = [...one].indexOf(at(image, 1, 2)) / 2
    const [down, right] = [Math.floor(middle / 6) - 1, (middle % 6) - 2]
    expect([Math.abs(down), Math.abs(right)].every((moved) => moved <= 1)).toBe(true)
    if (down === -1) expect(at(image, 0, 3)).toBe(0)
    if (down === 1) expect(at(image, 3, 3)).toBe(0)
  }
})

test('an affine map of nothing is the image; of half a turn it is turned', async () => {
  for (const text of await read(randomAffine({}))) expect(text).toBe(one.join())
  const half = await read((x, random) =>
    randomAffine({ rotation: 180 })(x, {
      ...random,
      sample: () => ({ ...random.sample(0), uniform: (_, to = 1) => to }),
    }),
  )
  expect(at(numbers(half[0] ?? ''), 0, 0)).toBeCloseTo(at([...one], 3, 5), 3)
})

test('a cutout sets a square, brightness and contrast keep the mean where they should', async () => {
  for (const text of await read(cutout({ size: 3, value: -1 }))) {
    const cut = numbers(text).filter((value) => value === -1).length / 2
    expect(cut).toBeGreaterThanOrEqual(4)
    expect(cut).toBeLessThanOrEqual(9)
  }
  const mean = (text: string) => numbers(text).reduce((sum, value) => sum + value, 0) / 48
  for (const text of await read(randomContrast(1))) expect(mean(text)).toBeCloseTo(24.5, 3)
  for (const text of await read(randomBrightness(3))) {
    expect(Math.abs(mean(text) - 24.5)).toBeLessThan(3)
    const [first = 0, second = 0] = numbers(text)
    expect(second - first).toBeCloseTo(1, 4)
  }
})

test.each<[() => unknown, string]>([
  [
    () => randomFlip({ along: 'diagonal' as never }),
    'The along of randomFlip is "diagonal"; give "width" or "height".',
  ],
  [
    () => randomFlip({ probability: 2 }),
    'The probability of randomFlip is 2; give a number from 0 to 1.',
  ],
  [() => randomCrop({} as never), 'The padding of randomCrop is undefined'],
  [() => randomCrop({ pading: 2 } as never), 'Did you mean "padding"?'],
  [() => randomNoise(Number.NaN), 'The deviation of randomNoise is NaN; give a number from 0.'],
  [() => randomAffine({ rotation: -3 }), 'The rotation of randomAffine is -3'],
  [() => cutout({ size: 0 }), 'The size of cutout is 0; give a whole number from 1.'],
])('wrong options are refused: %s', (make, text) => {
  expect(make).toThrow(text)
})

test('images without a dimension of samples are refused', async () => {
  await expect(
    read((x, random) => randomFlip()(tf.reshape(x, [-1]) as never, random)),
  ).rejects.toThrow(
    'randomFlip is given images of shape [192]; give [samples, height, width, channels].',
  )
})
