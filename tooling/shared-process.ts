import { findBackendFactory } from '@tensorflow/tfjs-core'
import { afterAll, vi } from 'vitest'

// The next file in this process begins with nothing stubbed and without the wasm engine: a process has
// one, which knows one copy of our kernels.
afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  if (findBackendFactory('wasm') === null) return
  throw new Error('This file loads the wasm engine: take its folder out of SHARING in lanes.ts.')
})
