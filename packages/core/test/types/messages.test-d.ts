import { describe, expectTypeOf, it } from 'vitest'
import { fail, say } from '../../src/floor/errors.js'
import type { ErrorKey, MessageKey, ValuesOf } from '../../src/floor/messages/catalog.js'

declare const place: string
declare const found: unknown
declare const maybe: string | undefined
declare const isLast: boolean

describe('fail', () => {
  it('takes the values of a text, by name and type', () => {
    expectTypeOf<ValuesOf<'REG_DATA_INVALID.size'>>().toEqualTypeOf<{
      place: string
      found: unknown
    }>()
    const size = () => fail('REG_DATA_INVALID.size', { place, found })
    expectTypeOf(size).returns.toEqualTypeOf<never>()
    const cause = () => fail('REG_DATA_INVALID.size', { place, found }, { cause: found })
    expectTypeOf(cause).returns.toEqualTypeOf<never>()
  })

  it('does not take a value that is missing, misspelt or of another type', () => {
    // @ts-expect-error: `found` is missing.
    const missing = () => fail('REG_DATA_INVALID.size', { place })
    // @ts-expect-error: all values are missing.
    const none = () => fail('REG_DATA_INVALID.size')
    // @ts-expect-error: it is `place`.
    const misspelt = () => fail('REG_DATA_INVALID.size', { plaice: place, found })
    // @ts-expect-error: a place is a string.
    const wrong = () => fail('REG_DATA_INVALID.size', { place: 5, found })
    // @ts-expect-error: a place is a string, always.
    const absent = () => fail('REG_DATA_INVALID.size', { place: maybe, found })
    expectTypeOf([missing, none, misspelt, wrong, absent]).items.returns.toBeNever()
  })

  it('does not take a value that the text does not name, also where an object is spread', () => {
    const values = { place, found, hook: 'save' }
    // @ts-expect-error: the text has no `hook`.
    const more = () => fail('REG_DATA_INVALID.size', { place, found, hook: 'save' })
    // @ts-expect-error: the text has no `hook`.
    const spread = () => fail('REG_DATA_INVALID.size', { ...values })
    // @ts-expect-error: the text has no value at all.
    const some = () => fail('REG_BUSY.step', { place })
    expectTypeOf([more, spread, some]).items.returns.toBeNever()
  })

  it('needs no values where the text has none', () => {
    const bare = () => fail('REG_BUSY.step')
    const caused = () => fail('REG_BACKEND_MISSING.none', {}, { cause: found })
    expectTypeOf([bare, caused]).items.returns.toBeNever()
  })

  it('takes one of several texts with what both need', () => {
    const key = isLast ? 'REG_DATA_EMPTY.evaluation' : 'REG_STEP_OUTPUT.promise'
    const both = () => fail(key, { place })
    const other = isLast ? 'REG_DATA_EMPTY.evaluation' : 'REG_DATA_INVALID.size'
    // @ts-expect-error: one of the two needs `found`.
    const half = () => fail(other, { place })
    expectTypeOf([both, half]).items.returns.toBeNever()
  })

  it('takes the texts of errors only', () => {
    expectTypeOf<'notice.noLimit'>().toExtend<MessageKey>()
    expectTypeOf<'notice.noLimit'>().not.toExtend<ErrorKey>()
    expectTypeOf<Exclude<MessageKey, ErrorKey | `notice.${string}`>>().toBeNever()
    // @ts-expect-error: there is no such text.
    const unknown = () => fail('REG_DATA_INVALID.colour', { place })
    // @ts-expect-error: a code alone is no text.
    const code = () => fail('REG_DATA_INVALID', { place })
    expectTypeOf([unknown, code]).items.returns.toBeNever()
  })
})

describe('say', () => {
  it('takes the values of a text, by name and type', () => {
    expectTypeOf(say('notice.waiting', { plugin: 'a', hook: 'save' })).toBeString()
    expectTypeOf(say('notice.noLimit')).toBeString()
    // @ts-expect-error: `hook` is missing.
    say('notice.waiting', { plugin: 'a' })
    // @ts-expect-error: a size is a number.
    say('notice.moreBatches', { place, size: '5' })
  })
})
