import type { Plugin, PluginOptionsMap } from '@regimen/core'
import { arrayLoader } from '@regimen/data'
import { expectTypeOf, it } from 'vitest'
import { type BatchFinder, type BatchFinderOptions, batchFinder } from '../src/index.js'

it('makes a plugin with data', () => {
  const train = (batchSize: number) => arrayLoader({ x: [1, 2] }, { batchSize })
  const plugin: Plugin = batchFinder({ train })
  expectTypeOf(plugin).toEqualTypeOf<Plugin>()
  expectTypeOf(batchFinder<number>).returns.toEqualTypeOf<BatchFinder<number>>()
})

it('has its options checked where a config names it', () => {
  expectTypeOf<PluginOptionsMap['batch-finder']>().toEqualTypeOf<BatchFinderOptions>()
})

it('refuses a wrong option', () => {
  // @ts-expect-error data of one size cannot be rebuilt
  batchFinder({ train: [1, 2] })
})
