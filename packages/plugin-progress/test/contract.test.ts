import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { progress } from '../src/index.js'
import { fakeTerminal } from './helpers/fake-terminal.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each(['bars', 'lines'] as const)('with %s', (display) =>
    pluginContract(() => progress({ display, refreshMs: 0, stream: fakeTerminal() }), { readme }),
  )
})
