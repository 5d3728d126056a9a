import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { ema } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each([
    { decay: 0.5 },
    { mode: 'swa', start: { epochs: 2 }, learningRate: 0.5, annealEpochs: 2 },
  ] as const)('with %o', (options) => pluginContract(() => ema(options), { readme }))
})
