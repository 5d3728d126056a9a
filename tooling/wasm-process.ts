import { findBackend, setBackend } from '@tensorflow/tfjs-core'
import { afterAll, vi } from 'vitest'

// The next file in this process begins with nothing stubbed and with the wasm engine not chosen.
afterAll(async () => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  if (findBackend('cpu') !== null) await setBackend('cpu')
})
