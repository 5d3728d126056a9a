import { describe, expectTypeOf, it } from 'vitest'
import {
  checkOptions,
  count,
  type Every,
  either,
  every,
  flag,
  type GivenOptions,
  group,
  list,
  number,
  type OptionFieldsOf,
  type OptionsOf,
  oneOf,
  optionSchema,
  text,
} from '../../src/index.js'

interface Options {
  readonly monitor: string
  readonly mode: 'min' | 'max'
  readonly patience?: number
  readonly every?: boolean | Every
  readonly limits?: { readonly train?: number }
}
const fields = {
  monitor: text().required(),
  mode: oneOf('min', 'max').required().describe('whether less or more is better'),
  patience: count().from(1).default(3).upTo(5),
  every: either(flag(), every()),
  limits: group({ train: count().default(1) }),
} satisfies OptionFieldsOf<Options>
const schema = optionSchema('owner', fields)

describe('options', () => {
  it('have the type of their kinds', () => {
    expectTypeOf<OptionsOf<typeof schema>>().branded.toEqualTypeOf<Options>()
    expectTypeOf<GivenOptions<typeof fields>>().branded.toEqualTypeOf<Options>()
  })

  it('are complete once they are checked', () => {
    const checked = checkOptions('owner', {}, fields)
    expectTypeOf(checked.monitor).toEqualTypeOf<string>()
    expectTypeOf(checked.mode).toEqualTypeOf<'min' | 'max'>()
    expectTypeOf(checked.patience).toEqualTypeOf<number>()
    expectTypeOf(checked.every).toEqualTypeOf<boolean | Every | undefined>()
    expectTypeOf(checked.limits?.train).toEqualTypeOf<number | undefined>()
  })

  it('have no name that is not among their kinds', () => {
    // @ts-expect-error
    checkOptions('owner', {}, fields).patienc
    // @ts-expect-error
    const wrong: OptionsOf<typeof schema> = { monitor: 'a', mode: 'auto' }
    return wrong
  })
})

describe('kinds', () => {
  it('must have the names of the options that they are for', () => {
    // @ts-expect-error: one is missing
    const less = { a: count() } satisfies OptionFieldsOf<{ a?: number; b?: number }>
    // @ts-expect-error: one is too many
    const more = { a: count(), b: count() } satisfies OptionFieldsOf<{ a?: number }>
    return { less, more }
  })

  it('must have the types of the options that they are for, no wider and no narrower', () => {
    // @ts-expect-error
    const other = { a: text() } satisfies OptionFieldsOf<{ a?: number }>
    // @ts-expect-error
    const wider = { a: text() } satisfies OptionFieldsOf<{ a?: 'min' | 'max' }>
    // @ts-expect-error
    const narrower = { a: oneOf('min') } satisfies OptionFieldsOf<{ a?: 'min' | 'max' }>
    // @ts-expect-error: it may be left out
    const optional = { a: count() } satisfies OptionFieldsOf<{ a: number }>
    // @ts-expect-error: it may not be left out
    const required = { a: count().required() } satisfies OptionFieldsOf<{ a?: number }>
    return { other, wider, narrower, optional, required }
  })

  it('have defaults of their own type', () => {
    // @ts-expect-error
    count().default('3')
    // @ts-expect-error
    oneOf('min', 'max').default('auto')
    // @ts-expect-error
    list(text()).default([1])
  })

  it('have bounds only where they are numbers, and patterns where they are texts', () => {
    // @ts-expect-error
    text().from(1)
    // @ts-expect-error
    number().matching(/x/, 'an x')
  })
})
