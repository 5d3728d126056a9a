import '@tensorflow/tfjs-backend-cpu'
import { loaderContract } from '@regimen/testing'
import { describe, test } from 'vitest'
import { type CsvOptions, fromCsv } from '../../src/csv/from-csv.js'

const rows = Array.from({ length: 11 }, (_, n) => `${n},${n % 3 ? 'red' : 'blue'},${n / 2}`)
const text = `n,colour,y\n${rows.join('\n')}\n`

describe('fromCsv keeps the loader contract', () => {
  test.each<CsvOptions>([
    { target: 'y', shuffle: true, seed: 1 },
    { target: 'y', dropLast: true },
    { stream: true, shuffle: true, seed: 2, shuffleBuffer: 4 },
    { stream: true, dropLast: true, columns: { n: 'number', colour: 'skip', y: 'number' } },
  ])('with %o', (options) => loaderContract(() => fromCsv({ text }, { batchSize: 4, ...options })))
})
