import type {
  RecordedStep,
  StepInput,
  StepProgram,
  StepReport,
  StepRunner,
} from '@regimen/core'
import type { NamedTensorMap, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import type { WasmBackend } from '../heap.js'
import { batchTensors } from './batch-tensors.js'
import { followStep, storageOfVariables } from './follow-step.js'
import { Program } from './program.js'
import { Recording, type Storage } from './recording.js'
import type { Holder, ReportedResult, Result, StepTrace } from './step-trace.js'
import { traceDifference } from './trace-difference.js'

/** Runs a step and records it. */
export function recordStep(
  backend: WasmBackend,
  engine: Engine,
  step: StepInput,
  next: StepRunner,
): RecordedStep {
  const recording = new Recording()
  const before = storageOfVariables()
  const batch = batchTensors(step.data)
  const batchStorages = batch.tensors.map(({ dataId }) => dataId as object)
  if (batch.isForeign) recording.refuse('its batch holds values that are not tensors')
  const reports: ReportedResult[] = []
  const watcher = {
    launched: recording.launched.bind(recording),
    live: recording.drawn.bind(recording),
    constant: recording.constant.bind(recording),
    unknown: (kernel: string) =>
      recording.refuse(`the kernel ${kernel} cannot be recorded`),
    valueRead: () => recording.refuse('it reads the value of a tensor'),
    reported: (report: StepReport) => {
      const { value } = report
      const isTensor = typeof value === 'object' && value !== null && 'dataId' in value
      const result = isTensor ? resultOf(recording, value as Tensor) : undefined
      reports.push({ report, result })
    },
  }
  const gradients = followStep(backend, engine, watcher, step, next)
  const after = storageOfVariables()
  if (after.size !== before.size) recording.refuse('it makes variables')
  const trace: StepTrace = {
    operations: recording.operations,
    storages: recording.storages,
    draws: recording.draws,
    gradients: new Map(
      Object.entries(gradients).map(([name, tensor]) => [
        name,
        resultOf(recording, tensor),
      ]),
    ),
    reports,
    assigned: assignedIn(recording, before),
    holders: holdersOf(recording.storages, before, batchStorages),
  }
  return new EngineStep(backend, engine, gradients, recording.problem, trace)
}

class EngineStep implements RecordedStep {
  readonly #backend: WasmBackend
  readonly #engine: Engine
  readonly gradients: NamedTensorMap
  readonly problem: string | undefined
  readonly trace: StepTrace

  constructor(
    backend: WasmBackend,
    engine: Engine,
    gradients: NamedTensorMap,
    problem: string | undefined,
    trace: StepTrace,
  ) {
    this.#backend = backend
    this.#engine = engine
    this.gradients = gradients
    this.problem = problem
    this.trace = trace
  }

  differenceFrom(other: RecordedStep): string | undefined {
    return traceDifference(this.trace, (other as EngineStep).trace)
  }

  compile(): StepProgram {
    return new Program(this.#backend, this.#engine, this.trace)
  }
}

function resultOf(recording: Recording, tensor: TensorInfo): Result {
  const { shape, dtype } = tensor
  return { storage: recording.numberOf(tensor), shape: [...shape], dtype }
}

function assignedIn(
  recording: Recording,
  before: ReadonlyMap<Variable, object>,
): ReadonlyMap<Variable, Result> {
  const assigned = new Map<Variable, Result>()
  for (const [variable, dataId] of before) {
    if (variable.isDisposed) recording.refuse('it disposes of a variable')
    else if (variable.dataId !== dataId) {
      assigned.set(variable, resultOf(recording, variable))
    }
  }
  return assigned
}

function holdersOf(
  storages: readonly Storage[],
  before: ReadonlyMap<Variable, object>,
  batch: readonly object[],
): ReadonlyMap<number, Holder> {
  const variables = new Map([...before].map(([variable, dataId]) => [dataId, variable]))
  const holders = new Map<number, Holder>()
  storages.forEach((storage, number) => {
    if (storage.kind !== 'held') return
    const { dataId } = storage
    const variable = variables.get(dataId)
    const index = batch.indexOf(dataId)
    if (variable) holders.set(number, { kind: 'variable', variable })
    else if (index >= 0) holders.set(number, { kind: 'batch', index })
    else holders.set(number, { kind: 'other', dataId })
  })
  return holders
}
