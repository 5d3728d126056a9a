import { existsSync, readdirSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { useWasm, wasmEngine } from '../src/index.js'

/** Threads of this process, where the system tells. */
function threadsOfProcess(): number {
  const folder = '/proc/self/task'
  return existsSync(folder) ? readdirSync(folder).length : 0
}

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

it('has as many threads as the latest call asked for', async () => {
  await useWasm({ threads: 4 })
  expect(wasmEngine()).toMatchObject({ threads: 4 })
  const many = threadsOfProcess()
  await useWasm({ threads: 2 })
  expect(wasmEngine()).toMatchObject({ threads: 2 })
  if (many > 0) {
    await vi.waitFor(() => expect(threadsOfProcess()).toBeLessThanOrEqual(many - 2), 60_000)
  }
  await Promise.all([useWasm({ threads: 3 }), useWasm({ threads: 1 })])
  expect(wasmEngine()).toMatchObject({ threads: 1 })
})

it('says so if relaxed or wide SIMD is declined too late', async () => {
  const simd = wasmEngine()?.simd
  expect(['relaxed', 'wide']).toContain(simd)
  await expect(useWasm({ relaxedSimd: false })).rejects.toMatchObject({
    code: 'REG_ENGINE_FAILED',
    message: expect.stringMatching(/"relaxedSimd: false" declines/),
  })
  const narrow = useWasm({ wideSimd: false })
  if (simd === 'wide') await expect(narrow).rejects.toThrow(/"wideSimd: false" declines/)
  else await narrow
  expect(wasmEngine()?.simd).toBe(simd)
})

it('says what to do where the backend was taken out of tfjs', async () => {
  tf.removeBackend('wasm')
  await expect(useWasm()).rejects.toThrow(/removeBackend.*Restart/)
})
