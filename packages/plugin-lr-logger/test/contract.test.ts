import { pluginContract } from '@regimen/testing'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'
import { lrLogger } from '../src/index.js'
import { aLogger, halving } from './helpers/companions.js'

it.each([
  ['both', undefined],
  ['steps', 'step'],
  ['epochs', 'epoch'],
] as const)('keeps the plugin contract where it logs %s', (_, interval) =>
  pluginContract(
    (own) =>
      lrLogger({
        momentum: true,
        ...(interval && { interval }),
        ...own,
        ...(own && { names: { main: 'second' } }),
      }),
    {
      companions: () => [aLogger(), halving()],
      configureOptimizers: () => tf.train.momentum(1, 0.5),
      readme: new URL('../README.md', import.meta.url),
    },
  ),
)
