import type { StepInput, StepProgram, StepReport, StepRunner } from '@regimen/core'
import {
  dispose,
  type NamedTensorMap,
  type Tensor,
  type TensorInfo,
  engine as tfjsEngine,
} from '@tensorflow/tfjs-core'
import type { Block } from '../engine/block.js'
import type { Engine } from '../engine/engine.js'
import { free, type WasmBackend } from '../heap.js'
import { batchTensors } from './batch-tensors.js'
import { followStep } from './follow-step.js'
import { fuseElementwise } from './fuse-elementwise.js'
import { layOut, programWords } from './program-words.js'
import { bytesOf } from './recording.js'
import type { Holder, ReportedResult, Result, StepTrace } from './step-trace.js'
import { usedOperations } from './used-operations.js'

/** Makes a program of a trace. The caller disposes of it. */
export function compileStep(
  backend: WasmBackend,
  engine: Engine,
  trace: StepTrace,
): Program {
  return new Program(backend, engine, trace)
}

/** An address in the words that is set before each run. */
interface Slot {
  readonly number: number
  readonly places: readonly number[]
  /** What the words have. */
  address: number
}

/** Tensors that a run made, by storage; each is owned once. */
type Outputs = ReadonlyMap<number, TensorInfo>

class Program implements StepProgram {
  readonly operations: number
  readonly bytes: number
  readonly #backend: WasmBackend
  readonly #engine: Engine
  readonly #trace: StepTrace
  readonly #memory: Block
  readonly #program: Block
  readonly #holders: readonly (Slot & { readonly holder: Holder })[]
  readonly #outputs: readonly (Slot & {
    readonly shape: number[]
    dtype: TensorInfo['dtype']
  })[]
  readonly #drawPlaces: readonly (number | undefined)[]

  constructor(backend: WasmBackend, engine: Engine, trace: StepTrace) {
    this.#backend = backend
    this.#engine = engine
    this.#trace = trace
    const { storages, holders, draws } = trace
    const results = resultsOf(trace)
    const numbers = new Set(results.map(({ storage }) => storage))
    const used = usedOperations(trace.operations, numbers)
    const operations = fuseElementwise(used, numbers)
    const { words, places, drawPlaces } = programWords(operations)
    const layout = layOut(operations, storages, numbers)
    this.operations = operations.length
    this.#memory = engine.allocate(layout.bytes)
    this.#program = engine.allocate(4 * words.length)
    this.bytes = layout.bytes + 4 * words.length
    for (const [number, offset] of layout.offsets) {
      const address = this.#memory.address + offset
      for (const place of places.get(number) ?? []) words[place] = address
      const storage = storages[number]
      if (storage?.kind === 'constant') {
        backend.wasm.HEAPU8.set(storage.values, address)
      }
    }
    engine.words(this.#program).set(words)
    const slot = (number: number): Slot => ({
      number,
      places: places.get(number) ?? [],
      address: 0,
    })
    this.#holders = [...holders].map(([number, holder]) => ({ ...slot(number), holder }))
    const computed = results.filter(
      ({ storage }, i) =>
        storages[storage]?.kind === 'computed' &&
        results.findIndex((result) => result.storage === storage) === i,
    )
    this.#outputs = computed.map(({ storage, shape, dtype }) => ({
      ...slot(storage),
      shape,
      dtype,
    }))
    this.#drawPlaces = draws.map((_, draw) => drawPlaces.get(draw))
  }

  replay(step: StepInput): NamedTensorMap | undefined {
    const held = this.#heldBy(step)
    if (held === undefined) return undefined
    const { draws, reports, assigned, gradients } = this.#trace
    const drawn = draws.map((draw) => draw())
    const outputs = this.#run(held, drawn)
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
    const held = this.#heldBy(step)
    if (held === undefined) return undefined
    const drawn: number[] = []
    const reported: (Uint8Array | unknown)[] = []
    for (const dataId of held) backend.incRef(dataId)
    try {
      const gradients = followStep(
        backend,
        this.#engine,
        {
          launched: () => {},
          unknown: () => {},
          constant: () => {},
          valueRead: () => {},
          live: (_, value) => drawn.push(value),
          reported: ({ value }) =>
            reported.push(isTensor(value) ? this.#bytes(value).slice() : value),
        },
        step,
        next,
      )
      const outputs = this.#run(held, drawn)
      const difference = this.#difference(gradients, reported, outputs, held)
      free(backend, ...outputs.values())
      return { gradients, difference }
    } finally {
      for (const dataId of held) backend.disposeData(dataId)
    }
  }

  dispose(): void {
    this.#engine.release(this.#memory)
    this.#engine.release(this.#program)
  }

  /** The storage of each held tensor now; `undefined` if one is gone. */
  #heldBy(step: StepInput): object[] | undefined {
    const { tensors } = batchTensors(step.data)
    const held: object[] = []
    for (const { holder } of this.#holders) {
      if (holder.kind === 'batch') held.push((tensors[holder.index] as Tensor).dataId)
      else if (holder.kind === 'variable') held.push(holder.variable.dataId)
      else if (this.#backend.dataIdMap.has(holder.dataId)) held.push(holder.dataId)
      else return undefined
    }
    return held
  }

  /** Runs the program on held storages and drawn numbers. The caller frees the outputs. */
  #run(held: readonly object[], drawn: readonly number[]): Outputs {
    const { dataIdMap } = this.#backend
    const outputs = new Map<number, TensorInfo>()
    for (const { number, shape, dtype } of this.#outputs) {
      outputs.set(number, this.#backend.makeOutput(shape, dtype))
    }
    const words = this.#engine.words(this.#program)
    this.#holders.forEach((slot, i) => {
      setAddress(words, slot, dataIdMap.get(held[i] as object).memoryOffset)
    })
    for (const slot of this.#outputs) {
      const { dataId } = outputs.get(slot.number) as TensorInfo
      setAddress(words, slot, dataIdMap.get(dataId).memoryOffset)
    }
    this.#drawPlaces.forEach((place, draw) => {
      if (place !== undefined) words[place] = drawn[draw] as number
    })
    try {
      this.#engine.run(this.#program.address, this.operations)
    } catch (thrown) {
      free(this.#backend, ...outputs.values())
      throw thrown
    }
    return outputs
  }

  /** A result as a tensor of tfjs; the caller disposes of it. */
  #tensor(result: Result, outputs: Outputs, held: readonly object[]): Tensor {
    const { shape, dtype } = result
    const dataId = this.#storage(result, outputs, held)
    return tfjsEngine().makeTensorFromTensorInfo({ dataId, shape, dtype })
  }

  /** The storage of a result, owned once more. */
  #storage(
    { storage, shape, dtype }: Result,
    outputs: Outputs,
    held: readonly object[],
  ): object {
    const source = this.#trace.storages[storage]
    if (source?.kind === 'constant') {
      const copy = this.#backend.makeOutput(shape, dtype)
      this.#bytes(copy).set(source.values)
      return copy.dataId
    }
    const slot = this.#holders.findIndex(({ number }) => number === storage)
    const dataId = (outputs.get(storage)?.dataId ?? held[slot]) as object
    this.#backend.incRef(dataId)
    return dataId
  }

  #bytes(tensor: TensorInfo): Uint8Array {
    const { memoryOffset } = this.#backend.dataIdMap.get(tensor.dataId)
    const { buffer } = this.#backend.wasm.HEAPU8
    return new Uint8Array(buffer, memoryOffset, bytesOf(tensor))
  }

  /** What differs between the results of a step as it was and those of a run. */
  #difference(
    gradients: NamedTensorMap,
    reported: readonly unknown[],
    outputs: Outputs,
    held: readonly object[],
  ): string | undefined {
    const isEqual = (result: Result, expected: Uint8Array): boolean => {
      const { shape, dtype } = result
      const dataId = this.#storage(result, outputs, held)
      const isSame = isSameBytes(this.#bytes({ dataId, shape, dtype }), expected)
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
      if (!gradient || !isEqual(result, this.#bytes(gradient)))
        return `the gradient of "${name}"`
    }
    for (const [variable, result] of this.#trace.assigned) {
      if (!isEqual(result, this.#bytes(variable)))
        return `the variable "${variable.name}"`
    }
    return undefined
  }
}

function setAddress(words: Int32Array, slot: Slot, address: number): void {
  if (slot.address === address) return
  slot.address = address
  for (const place of slot.places) words[place] = address
}

function resultsOf({ gradients, reports, assigned }: StepTrace): Result[] {
  const reported = reports.flatMap(({ result }: ReportedResult) => result ?? [])
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
