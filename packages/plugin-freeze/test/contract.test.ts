import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { freeze } from '../src/index.js'

it('keeps the plugin contract', () =>
  pluginContract(
    (options?: { readonly id: string }) =>
      freeze({ match: 'w', until: { epochs: 0 }, rate: 0.5, ...options }),
    { readme: new URL('../README.md', import.meta.url) },
  ))
