import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type HelloOptions, hello } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(hello).parameters.toEqualTypeOf<[input?: HelloOptions]>()
  expectTypeOf(hello({ mode: 'max' })).toEqualTypeOf<Plugin>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['hello']>().toEqualTypeOf<HelloOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error "less" is neither "min" nor "max"
  hello({ mode: 'less' })
})
