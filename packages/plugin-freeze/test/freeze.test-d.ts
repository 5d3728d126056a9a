import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type FreezeOptions, freeze, gradual } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(freeze).parameters.toEqualTypeOf<[input: FreezeOptions]>()
  expectTypeOf(freeze({ groups: gradual(['head/*', /body/]) })).toEqualTypeOf<Plugin>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['freeze']>().toEqualTypeOf<FreezeOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error a number is no pattern
  freeze({ match: 3 })
})
