import type { StepCompiler } from '@regimen/core'
import { backend as currentBackend } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import type { WasmBackend } from '../heap.js'
import { batchTensors } from './batch-tensors.js'
import { recordStep } from './recorded-step.js'

/** Records and replays steps of the engine that is current. */
export const stepCompiler: StepCompiler = {
  engine: 'wasm',
  keyOf: ({ data, optimizer, variables }) =>
    `${optimizer} ${variables.map(({ trainable }) => Number(trainable))} ${batchTensors(data).key}`,
  isAvailable: () => currentEngine() !== null,
  record(step, next) {
    const backend = currentBackend() as WasmBackend
    const engine = currentEngine()
    if (engine === null) throw new Error('There is no engine to record steps.')
    return recordStep(backend, engine, step, next)
  },
}

function currentEngine() {
  const backend = currentBackend() as WasmBackend
  return backend.wasm === undefined ? null : engineOf(backend)
}
