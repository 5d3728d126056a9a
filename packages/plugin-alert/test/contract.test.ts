import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { alert } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(
    (options?: { readonly id: string }) =>
      alert({
        command: ['unused'],
        on: ['stall'],
        thresholds: [{ metric: 'loss', above: 9 }],
        ...options,
      }),
    { readme: new URL('../README.md', import.meta.url) },
  ))
