import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { exponential, lrScheduler, reduceOnPlateau } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each([
    ['by epoch', { schedule: exponential({ gamma: 0.9 }) }],
    ['by step', { schedule: exponential({ gamma: 0.9 }), interval: 'step' as const }],
    [
      'on a plateau',
      { schedule: reduceOnPlateau({ monitor: 'val_loss', mode: 'min', patience: 1 }) },
    ],
  ])('%s', async (_, options) => {
    await pluginContract(() => lrScheduler(options), { readme })
  })
})
