import { expectTypeOf, test } from 'vitest'
import { type CometLoggerOptions, cometLogger, type SnakeCased } from '../src/index.js'

test('options have names in camelCase and in snake_case', () => {
  type Names = keyof SnakeCased<{ apiKey: string; logSystemMetrics: boolean; url: string }>
  expectTypeOf<Names>().toEqualTypeOf<'api_key' | 'log_system_metrics' | 'url'>()
  expectTypeOf<CometLoggerOptions['project_name']>().toEqualTypeOf<string | undefined>()
  expectTypeOf(cometLogger).toBeCallableWith({ api_key: 'k', experimentName: 'e', deadlineMs: 1 })
})

test('a wrong name or value does not compile', () => {
  // @ts-expect-error: no such option
  expectTypeOf(cometLogger).toBeCallableWith({ api_kee: 'k' })
  // @ts-expect-error: no such mode
  expectTypeOf(cometLogger).toBeCallableWith({ mode: 'new' })
  // @ts-expect-error: no text
  expectTypeOf<SnakeCased<{ apiKey: string }>>().toEqualTypeOf<{ readonly api_key: number }>()
})
