import type { StepInput, StepReport, StepRunner } from '@regimen/core'
import {
  type NamedTensorMap,
  engine as tfjsEngine,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { Engine, Recorder } from '../engine/engine.js'
import type { WasmBackend } from '../heap.js'

/** What may happen in a step besides launches. */
export interface StepWatcher extends Recorder {
  /** JavaScript wrote values into a new tensor. */
  constant(dataId: object, values: ArrayBufferView): void
  /** The step read values of a tensor. */
  valueRead(): void
  /** Called for each report, while its tensor is alive. */
  reported(report: StepReport): void
}

/** Runs a step as it is, with a watcher of its launches, constants, reads and reports. */
export function followStep(
  backend: WasmBackend,
  engine: Engine,
  watcher: StepWatcher,
  step: StepInput,
  next: StepRunner,
): NamedTensorMap {
  const { move, read, readSync } = backend
  const { reports } = step
  const { follower } = reports
  engine.recorder = watcher
  backend.move = (dataId, values, ...rest) => {
    move.call(backend, dataId, values, ...rest)
    if (ArrayBuffer.isView(values)) watcher.constant(dataId, values)
  }
  backend.read = (dataId) => {
    watcher.valueRead()
    return read.call(backend, dataId)
  }
  backend.readSync = (...place) => {
    watcher.valueRead()
    return readSync.apply(backend, place)
  }
  reports.follower = (report) => {
    follower?.(report)
    watcher.reported(report)
  }
  try {
    return next(step)
  } finally {
    engine.recorder = undefined
    backend.move = move
    backend.read = read
    backend.readSync = readSync
    reports.follower = follower
  }
}

/** All variables that tfjs knows, with the storage of each. */
export function storageOfVariables(): ReadonlyMap<Variable, object> {
  const { registeredVariables } = tfjsEngine().state
  return new Map(
    Object.values(registeredVariables).map((variable) => [variable, variable.dataId]),
  )
}
