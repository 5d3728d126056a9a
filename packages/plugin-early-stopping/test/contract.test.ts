import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { earlyStopping } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)
const metrics = [5, 4, 6, 3, 4, 4, 4].map((val_loss) => ({ val_loss, loss: val_loss }))

it.each([
  ['stops', { patience: 2 }],
  ['restores weights', { patience: 2, restoreBest: true }],
  ['judges epochs', { checkOn: 'epoch' }],
  ['never stops', { patience: 99, restoreBest: true }],
  ['passes a threshold', { stoppingThreshold: 3.5, restoreBest: true }],
  ['finds nothing to judge', { monitor: 'val_f1', strict: false }],
] as const)('keeps the plugin contract where it %s', (_, options) =>
  pluginContract((own) => earlyStopping({ monitor: 'val_loss', mode: 'min', ...options, ...own }), {
    metrics,
    readme,
  }),
)

it('keeps it where its wish waits for minEpochs', () =>
  pluginContract(
    () => earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 1, restoreBest: true }),
    {
      metrics: [5, 6, 4, 7, 3, 8].map((val_loss) => ({ val_loss })),
      options: { minEpochs: 5 },
    },
  ))
