import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const source = join(dirname(createRequire(import.meta.url).resolve('mnist')), 'digits')

/** Images `from` to `to` of the digits `first` to `first + 4` of the package `mnist`, labelled 0 to 4. */
export function fiveDigits(first: number, from: number, to: number) {
  const of = (digit: number): number[] =>
    JSON.parse(readFileSync(join(source, `${first + digit}.json`), 'utf8')).data
  const data = [0, 1, 2, 3, 4].flatMap((digit) => of(digit).slice(784 * from, 784 * to))
  const y = Float32Array.from({ length: 5 * (to - from) }, (_, n) => Math.floor(n / (to - from)))
  return { x: { data: Float32Array.from(data), shape: [y.length, 28, 28, 1] as const }, y }
}
