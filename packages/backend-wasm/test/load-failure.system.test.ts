import { expect, it, vi } from 'vitest'
import { useWasm } from '../src/index.js'

it('names the path and the way out where the files are missing', async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const before = process.listenerCount('unhandledRejection')
  await expect(useWasm({ wasmPaths: '/no/such/folder' })).rejects.toMatchObject({
    code: 'REG_ENGINE_FAILED',
    message: expect.stringMatching(/"\/no\/such\/folder".*tfjs says.*Point wasmPaths at/s),
  })
  expect(process.listenerCount('unhandledRejection')).toBe(before)
  await expect(useWasm({ wasmPaths: '/other' })).rejects.toMatchObject({
    code: 'REG_ENGINE_FAILED',
    message: expect.stringContaining('start the process or page again'),
  })
})
