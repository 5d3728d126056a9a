import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type LrFinderOptions, lrFinder, type RangeTest } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(lrFinder).parameters.toEqualTypeOf<[input?: LrFinderOptions]>()
  expectTypeOf(lrFinder({ mode: 'linear' })).toEqualTypeOf<Plugin>()
  lrFinder({ onResult: (test) => expectTypeOf(test).toEqualTypeOf<RangeTest>() })
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['lr-finder']>().toEqualTypeOf<LrFinderOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error "log" is neither "exponential" nor "linear"
  lrFinder({ mode: 'log' })
})
