import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { hello } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(
    (options?: { readonly id: string }) => hello({ monitor: 'val_loss', ...options }),
    {
      metrics: [{ val_loss: 3 }, { val_loss: 4 }, { val_loss: 2 }],
      readme: new URL('../README.md', import.meta.url),
    },
  ))
