import { loaderContract } from '@regimen/testing'
import { test } from 'vitest'
import { arrayLoader } from '../src/index.js'

const row = Int32Array.from({ length: 10 }, (_, index) => index)

test('arrayLoader keeps the contract of loaders', () =>
  loaderContract(() => arrayLoader({ row }, { batchSize: 4, shuffle: true, seed: 1 })))
