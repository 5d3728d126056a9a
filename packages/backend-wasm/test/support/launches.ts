import * as tf from '@tensorflow/tfjs-core'
import { expect } from 'vitest'
import { engineOf } from '../../src/engine/engine.js'
import type { WasmBackend } from '../../src/heap.js'

/** Runs what must be made of launches alone. @returns its result and how many there were */
export function onlyLaunches<T>(run: () => T): { result: T; launches: number } {
  const engine = engineOf(tf.backend() as unknown as WasmBackend)
  if (engine === null) throw new Error('These tests need WebAssembly with SIMD.')
  const unknown: string[] = []
  let launches = 0
  engine.recorder = {
    launched: () => {
      launches++
    },
    unknown: (kernel) => unknown.push(kernel),
  }
  try {
    return { result: run(), launches }
  } finally {
    engine.recorder = undefined
    expect(unknown).toEqual([])
  }
}
