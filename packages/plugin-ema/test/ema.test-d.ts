import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type EmaOptions, ema } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(ema).parameters.toEqualTypeOf<[input?: EmaOptions]>()
  expectTypeOf(ema({ mode: 'swa', start: { epochs: 3 } })).toEqualTypeOf<Plugin>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['ema']>().toEqualTypeOf<EmaOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error "mean" is neither "ema" nor "swa"
  ema({ mode: 'mean' })
})
