import { expectTypeOf, test } from 'vitest'
import {
  type CometLoggerOptions,
  type CometOptions,
  cometLogger,
  type SnakeCasedOptions,
} from '../src/index.js'

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : ''

test('options have names in camelCase and in snake_case', () => {
  type All = SnakeCase<keyof CometOptions>
  expectTypeOf<keyof SnakeCasedOptions>().toEqualTypeOf<Extract<All, `${string}_${string}`>>()
  expectTypeOf<CometLoggerOptions['project_name']>().toEqualTypeOf<string | undefined>()
  expectTypeOf(cometLogger).toBeCallableWith({ api_key: 'k', experimentName: 'e', deadlineMs: 1 })
})

test('a wrong name or value does not compile', () => {
  // @ts-expect-error: no such option
  expectTypeOf(cometLogger).toBeCallableWith({ api_kee: 'k' })
  // @ts-expect-error: no such mode
  expectTypeOf(cometLogger).toBeCallableWith({ mode: 'new' })
  // @ts-expect-error: no text
  expectTypeOf(cometLogger).toBeCallableWith({ api_key: 3 })
})
