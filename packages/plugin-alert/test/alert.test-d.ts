import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type AlertOptions, alert } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(alert).parameters.toEqualTypeOf<[input: AlertOptions]>()
  expectTypeOf(alert({ desktop: true, on: ['end'] })).toEqualTypeOf<Plugin>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['alert']>().toEqualTypeOf<AlertOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error "success" is no alert
  alert({ desktop: true, on: ['success'] })
})
