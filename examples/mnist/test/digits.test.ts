import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Digits, loadDigits } from '../src/digits.js'
import { splitDigits } from '../src/split-digits.js'

const PIXELS = 28 * 28
let digits: Digits
beforeAll(async () => {
  digits = await loadDigits()
})

const imagesOf = ({ x }: Pick<Digits, 'x'>) =>
  Array.from({ length: x.data.length / PIXELS }, (_, row) =>
    createHash('sha1')
      .update(x.data.subarray(row * PIXELS, (row + 1) * PIXELS))
      .digest('hex'),
  )
const countsOf = (y: Uint8Array) => {
  const counts = Array.from({ length: 10 }, () => 0)
  for (const digit of y) counts[digit] = (counts[digit] ?? 0) + 1
  return counts
}

describe('loadDigits', () => {
  test('gives 10,000 images and their digits', () => {
    expect(digits.x.shape).toEqual([10_000, 28, 28, 1])
    expect(digits.x.data).toHaveLength(10_000 * PIXELS)
    expect(countsOf(digits.y)).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978])
  })

  test('gives bytes from paper to full ink, each image different from all others', () => {
    expect(new Set(digits.x.data).size).toBe(256)
    expect(new Set(imagesOf(digits)).size).toBe(10_000)
  })

  test('gives the same in every process', () => {
    expect(createHash('sha256').update(digits.x.data).digest('hex')).toBe(
      '0768d16c5adea568dee18fa5e4e1acb117e9ec2c5d6b1dffe5fc29c1e61c1eca',
    )
  })
})

describe('splitDigits', () => {
  test('gives 8,000 images to train, 1,000 to validate and 1,000 to test', () => {
    const { train, validation, test } = splitDigits(digits)
    expect([train, validation, test].map(({ y }) => y.length)).toEqual([8000, 1000, 1000])
  })

  test('has no image in two parts, and each with its own digit', () => {
    const digitOf = new Map(imagesOf(digits).map((image, row) => [image, digits.y[row]]))
    const seen = new Set<string>()
    for (const part of Object.values(splitDigits(digits))) {
      for (const [row, image] of imagesOf(part).entries()) {
        expect(seen.has(image)).toBe(false)
        seen.add(image)
        expect(part.y[row]).toBe(digitOf.get(image))
      }
    }
    expect(seen.size).toBe(10_000)
  })

  test('deals every row number out once', () => {
    const row = Int32Array.from({ length: 10_000 }, (_, index) => index)
    const parts = Object.values(splitDigits({ ...digits, row }))
    const dealt = parts.flatMap((part) => [...part.row])
    expect(dealt.sort((a, b) => a - b)).toEqual([...row])
  })

  test('has about as many of each digit in every part', () => {
    const shares = countsOf(digits.y).map((count) => count / 10_000)
    for (const { y } of Object.values(splitDigits(digits))) {
      for (const [digit, count] of countsOf(y).entries()) {
        const expected = (shares[digit] as number) * y.length
        expect(Math.abs(count - expected)).toBeLessThan(3 * Math.sqrt(expected))
      }
    }
  })

  test('is the same every time', () => {
    const labelsOf = () => Object.values(splitDigits(digits)).map(({ y }) => y)
    expect(labelsOf()).toEqual(labelsOf())
  })
})
