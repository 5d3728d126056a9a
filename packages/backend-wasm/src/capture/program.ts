import type { StepInput, StepProgram, StepReport, StepRunner } from '@regimen/core'
import {
  dispose,
  type NamedTensorMap,
  type Tensor,
  engine as tfjsEngine,
} from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import { free, type WasmBackend } from '../heap.js'
import { followStep } from './follow-step.js'
import { LoadedProgram, type Outputs } from './loaded-program.js'
import type { Result, StepTrace } from './step-trace.js'

/** Replays a trace, and compares what it gives with the step as it is. The caller disposes of it. */
export class Program implements StepProgram {
  readonly #backend: WasmBackend
  readonly #engine: Engine
  readonly #trace: StepTrace
  readonly #loaded: LoadedProgram

  constructor(backend: WasmBackend, engine: Engine, trace: StepTrace) {
    this.#backend = backend
    this.#engine = engine
    this.#trace = trace
    this.#loaded = new LoadedProgram(backend, engine, trace, resultsOf(trace))
  }

  get operations(): number {
    return this.#loaded.operations
  }

  get bytes(): number {
    return this.#loaded.bytes
  }

  replay(step: StepInput): NamedTensorMap | undefined {
    const held = this.#loaded.heldBy(step)
    if (held === undefined) return undefined
    const { draws, reports, assigned, gradients } = this.#trace
    const drawn = draws.map((draw) => draw())
    const outputs = this.#loaded.run(held, drawn)
    const tensor = (result: Result) => this.#tensor(result, outputs, held)
    const reported = reports.map(({ result }) => result && tensor(result))
    const values = [...assigned.values()].map(tensor)
    const named = Array.from(
      gradients,
      ([name, result]) => [name, tensor(result)] as const,
    )
    free(this.#backend, ...outputs.values())
    try {
      reports.forEach(({ report }, i) => {
        step.reports.report({
          ...report,
          value: reported[i] ?? report.value,
        } as StepReport)
      })
    } catch (thrown) {
      dispose(named.map(([, gradient]) => gradient))
      dispose(values)
      throw thrown
    } finally {
      dispose(reported.filter((value) => value !== undefined))
    }
    let index = 0
    for (const variable of assigned.keys()) variable.assign(values[index++] as Tensor)
    dispose(values)
    return Object.fromEntries(named)
  }

  verify(step: StepInput, next: StepRunner): ReturnType<StepProgram['verify']> {
    const backend = this.#backend
    const held = this.#loaded.heldBy(step)
    if (held === undefined) return undefined
    const drawn: number[] = []
    const reported: unknown[] = []
    const watcher = {
      launched: () => {},
      unknown: () => {},
      constant: () => {},
      valueRead: () => {},
      live: (_: () => number, value: number) => void drawn.push(value),
      reported: ({ value }: StepReport) =>
        void reported.push(isTensor(value) ? this.#loaded.bytesOf(value).slice() : value),
    }
    for (const dataId of held) backend.incRef(dataId)
    try {
      const gradients = followStep(backend, this.#engine, watcher, step, next)
      const difference = this.#compare(gradients, reported, held, drawn)
      return { gradients, difference }
    } finally {
      for (const dataId of held) backend.disposeData(dataId)
    }
  }

  dispose(): void {
    this.#loaded.dispose()
  }

  /** A result as a tensor of tfjs; the caller disposes of it. */
  #tensor(result: Result, outputs: Outputs, held: readonly object[]): Tensor {
    const { shape, dtype } = result
    const dataId = this.#loaded.storageOf(result, outputs, held)
    return tfjsEngine().makeTensorFromTensorInfo({ dataId, shape, dtype })
  }

  /** Runs the program and says what differs from a step as it was; disposes of the gradients if it throws. */
  #compare(
    gradients: NamedTensorMap,
    reported: readonly unknown[],
    held: readonly object[],
    drawn: readonly number[],
  ): string | undefined {
    let outputs: Outputs = new Map()
    try {
      outputs = this.#loaded.run(held, drawn)
      return this.#difference(gradients, reported, outputs, held)
    } catch (thrown) {
      dispose(gradients)
      throw thrown
    } finally {
      free(this.#backend, ...outputs.values())
    }
  }

  /** What differs between the results of a step as it was and those of a run. */
  #difference(
    gradients: NamedTensorMap,
    reported: readonly unknown[],
    outputs: Outputs,
    held: readonly object[],
  ): string | undefined {
    const loaded = this.#loaded
    const isEqual = (result: Result, expected: Uint8Array): boolean => {
      const { shape, dtype } = result
      const dataId = loaded.storageOf(result, outputs, held)
      const isSame = isSameBytes(loaded.bytesOf({ dataId, shape, dtype }), expected)
      this.#backend.disposeData(dataId)
      return isSame
    }
    if (reported.length !== this.#trace.reports.length) return 'the values that it logs'
    for (const [i, { report, result }] of this.#trace.reports.entries()) {
      const found = reported[i]
      const isSame =
        result && found instanceof Uint8Array
          ? isEqual(result, found)
          : Object.is(report.value, found)
      if (!isSame) return `the value of "${nameOf(report)}"`
    }
    for (const [name, result] of this.#trace.gradients) {
      const gradient = gradients[name]
      if (!gradient || !isEqual(result, loaded.bytesOf(gradient)))
        return `the gradient of "${name}"`
    }
    for (const [variable, result] of this.#trace.assigned) {
      if (!isEqual(result, loaded.bytesOf(variable)))
        return `the variable "${variable.name}"`
    }
    return undefined
  }
}

function resultsOf({ gradients, reports, assigned }: StepTrace): Result[] {
  const reported = reports.flatMap(({ result }) => result ?? [])
  return [...gradients.values(), ...reported, ...assigned.values()]
}

function nameOf(report: StepReport): string {
  return report.kind === 'loss' ? 'loss' : report.name
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataId' in value
}

function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
