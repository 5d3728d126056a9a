import { expect, it } from 'vitest'
import { otelLogger } from '../src/index.js'

const KEY = 'marker-key-0123456789abcdef'

it.each([
  [{ endpoint: 'collector:4318' }],
  [{ endpoint: `http://me:${KEY}@127.0.0.1` }],
  [{ endpoint: `http://127.0.0.1/?key=${KEY}` }],
  [{ headers: { 'x y': KEY } }],
  [{ headers: { key: `${KEY}\n` } }],
  [{ headers: [KEY] }],
  [{ protocol: 'grpc' }],
  [{ stepSpans: -1 }],
  [{ exportIntervalMs: 0 }],
  [{ deadlineMs: -1 }],
  [{ serviceName: ' ' }],
])('refuses options %#, without showing keys', (wrong) => {
  const make = () => otelLogger(wrong as never)
  expect(make).toThrow(expect.objectContaining({ code: 'REG_OPTION_INVALID' }))
  expect(make).not.toThrow(KEY)
})
