import type { Plugin } from '@regimen/core'
import { expectTypeOf, it } from 'vitest'
import { defineWriter, loggerPlugin, type WriterRecord } from '../src/index.js'

const writer = defineWriter<{ url: string }>(({ url }) => {
  expectTypeOf(url).toEqualTypeOf<string>()
  return {
    capabilities: { kinds: ['metric'], offline: 'spool' },
    open: async () => undefined,
    write: async (batch) => {
      expectTypeOf(batch).toEqualTypeOf<readonly WriterRecord[]>()
    },
    close: async () => undefined,
  }
})
const module = 'file:///writer.js'

it('a logger is a plugin, and gives its writer the options that it takes', () => {
  expectTypeOf(
    loggerPlugin({ name: 'x', module, writer, options: { url: 'u' } }),
  ).toEqualTypeOf<Plugin>()
  // @ts-expect-error: a number is no address
  loggerPlugin({ name: 'x', module, writer, options: { url: 1 } })
  // @ts-expect-error: the writer needs an address
  loggerPlugin({ name: 'x', module, writer, options: {} })
})

it('a record tells by its kind what it has', () => {
  expectTypeOf<Extract<WriterRecord, { kind: 'metric' }>['value']>().toEqualTypeOf<number>()
  expectTypeOf<Extract<WriterRecord, { kind: 'image' }>>().toHaveProperty('sha256')
  expectTypeOf<Extract<WriterRecord, { kind: 'text' }>>().not.toHaveProperty('value')
})

it('capabilities name kinds that there are', () => {
  defineWriter(() => ({
    // @ts-expect-error: there is no such kind
    capabilities: { kinds: ['video'], offline: 'spool' },
    open: async () => undefined,
    write: async () => undefined,
    close: async () => undefined,
  }))
})
