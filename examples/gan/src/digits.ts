import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist')), 'digits')

/** The 10,000 digits of the package `mnist`: from 0 (paper) to 1 (ink), `[10000, 784]`. */
export function digits() {
  const of = (digit: number): number[] =>
    JSON.parse(readFileSync(join(folder, `${digit}.json`), 'utf8')).data
  const data = Float32Array.from(Array.from({ length: 10 }, (_, digit) => of(digit)).flat())
  return { real: { data, shape: [data.length / 784, 784] as [number, number] } }
}
