import { pluginContract } from '@regimen/testing'
import { describe, it } from 'vitest'
import { gradientClip } from '../src/index.js'

const readme = new URL('../README.md', import.meta.url)

describe('the plugin contract is kept', () => {
  it.each([{ norm: 0.5, log: true }, { value: 0.5 }])('with %o', (options) =>
    pluginContract((given) => gradientClip({ ...options, ...given }), { readme }),
  )
})
