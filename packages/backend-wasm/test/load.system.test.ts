import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { useWasm } from '../src/index.js'

it('says so where there is no WebAssembly', async () => {
  vi.stubGlobal('WebAssembly', undefined)
  await expect(useWasm()).rejects.toMatchObject({
    code: 'REG_ENGINE_FAILED',
    message: expect.stringMatching(/no WebAssembly.*"cpu"/),
  })
  vi.unstubAllGlobals()
})

it('loads once for callers at the same time and leaves no listener behind', async () => {
  const listeners = () =>
    ['uncaughtException', 'unhandledRejection', 'exit', 'SIGINT'].map((event) =>
      process.listeners(event as 'exit'),
    )
  const before = listeners()
  await Promise.all([useWasm(), useWasm()])
  expect(listeners()).toEqual(before)
  expect(tf.getBackend()).toBe('wasm')
})

it('makes the loaded engine current again', async () => {
  const engine = tf.backend()
  tf.registerBackend('other', () => new tf.KernelBackend())
  await tf.setBackend('other')
  await useWasm()
  expect(tf.getBackend()).toBe('wasm')
  expect(tf.backend()).toBe(engine)
})

it('says what to do where the backend was taken out of tfjs', async () => {
  tf.removeBackend('wasm')
  await expect(useWasm()).rejects.toThrow(/removeBackend.*Restart/)
})
