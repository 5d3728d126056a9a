import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { type MixupOptions, mixup } from '../src/index.js'

it('makes a plugin', () => {
  expectTypeOf(mixup).parameters.toEqualTypeOf<[input: MixupOptions]>()
  expectTypeOf(mixup({ cutmix: 1 })).toEqualTypeOf<Plugin>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['mixup']>().toEqualTypeOf<MixupOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error a text is no number of classes
  mixup({ alpha: 1, classes: 'ten' })
})
