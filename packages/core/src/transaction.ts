import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'

interface EngineState {
  activeTape: { readonly saved?: readonly (Tensor | null)[] }[] | null
  gradientDepth: number
}

/**
 * Runs a function that records gradients. Where it throws, everything that tfjs saved on its tape
 * for the backward pass is disposed of: tfjs does so only after a backward pass that succeeded
 * (`tfjs-core/src/engine.ts`, `gradients`), and leaks it otherwise.
 */
export function transaction<Result>(run: () => Result): Result {
  const state = (tf.engine() as unknown as { readonly state: EngineState }).state
  const depth = state.gradientDepth
  try {
    return run()
  } catch (thrown) {
    state.gradientDepth = depth
    if (depth === 0 && state.activeTape) {
      for (const { saved } of state.activeTape) {
        for (const tensor of saved ?? []) tensor?.dispose()
      }
      state.activeTape = null
    }
    throw thrown
  }
}
