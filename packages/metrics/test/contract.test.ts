import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { evaluate, f1, mse } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

it('keeps the plugin contract', () =>
  pluginContract(
    (own) =>
      evaluate({
        metrics: {
          [`mse-${own?.id}`]: mse(),
          [`f1-${own?.id}`]: f1({ classes: 3, average: 'none' }),
        },
        select: () => ({ predictions: [0, 1, 2], targets: [0, 2, 2] }),
        ...own,
      }),
    { readme },
  ))
