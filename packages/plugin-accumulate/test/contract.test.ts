import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { accumulate } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each([{ batches: 2 }, { schedule: { 0: 1, 1: 3 } }])('with %o', (options) =>
    pluginContract(() => accumulate(options), { readme, batches: 5 }),
  )
})
