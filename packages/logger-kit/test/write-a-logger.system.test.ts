import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

it('the logger that the documentation shows is the one that is tested, in at most 70 lines', () => {
  const [, code] = /```ts\n(.*?)```/s.exec(read('../../../docs/write-a-logger.md')) ?? []
  expect(code).toBe(read('./example/http-logger.ts'))
  expect(code?.trimEnd().split('\n').length).toBeLessThanOrEqual(70)
})
