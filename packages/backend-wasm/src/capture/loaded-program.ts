import type { StepInput } from '@regimen/core'
import type { Tensor, TensorInfo } from '@tensorflow/tfjs-core'
import type { Block } from '../engine/block.js'
import type { Engine } from '../engine/engine.js'
import { free, type WasmBackend } from '../heap.js'
import { batchTensors } from './batch-tensors.js'
import { fuseElementwise } from './fuse-elementwise.js'
import { layOut, programWords } from './program-words.js'
import { bytesOf } from './recording.js'
import type { Holder, Result, StepTrace } from './step-trace.js'
import { usedOperations } from './used-operations.js'

/** An address in the words that is set before each run. */
interface Slot {
  readonly number: number
  readonly places: readonly number[]
  /** What the words have. */
  address: number
}

/** Tensors that a run made, by storage; each is owned once. */
export type Outputs = ReadonlyMap<number, TensorInfo>

/** A trace as launches in the engine's memory, with a place for all that they compute on the way. */
export class LoadedProgram {
  readonly operations: number
  /** Bytes of memory that it holds. */
  readonly bytes: number
  readonly #backend: WasmBackend
  readonly #engine: Engine
  readonly #trace: StepTrace
  readonly #memory: Block
  readonly #program: Block
  readonly #holders: readonly (Slot & { readonly holder: Holder })[]
  readonly #outputs: readonly (Slot & Pick<Result, 'shape' | 'dtype'>)[]
  readonly #drawPlaces: readonly (number | undefined)[]

  constructor(
    backend: WasmBackend,
    engine: Engine,
    trace: StepTrace,
    results: readonly Result[],
  ) {
    this.#backend = backend
    this.#engine = engine
    this.#trace = trace
    const { storages, holders, draws } = trace
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

  /** The storage of each held tensor now; `undefined` if one is gone. */
  heldBy(step: StepInput): object[] | undefined {
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
  run(held: readonly object[], drawn: readonly number[]): Outputs {
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

  /** The storage of a result after a run, owned once more. */
  storageOf(
    { storage, shape, dtype }: Result,
    outputs: Outputs,
    held: readonly object[],
  ): object {
    const source = this.#trace.storages[storage]
    if (source?.kind === 'constant') {
      const copy = this.#backend.makeOutput(shape, dtype)
      this.bytesOf(copy).set(source.values)
      return copy.dataId
    }
    const slot = this.#holders.findIndex(({ number }) => number === storage)
    const dataId = (outputs.get(storage)?.dataId ?? held[slot]) as object
    this.#backend.incRef(dataId)
    return dataId
  }

  /** The bytes of a tensor where they are: memory gets another buffer when it grows. */
  bytesOf(tensor: TensorInfo): Uint8Array {
    const { memoryOffset } = this.#backend.dataIdMap.get(tensor.dataId)
    const { buffer } = this.#backend.wasm.HEAPU8
    return new Uint8Array(buffer, memoryOffset, bytesOf(tensor))
  }

  /** Frees its memory. */
  dispose(): void {
    this.#engine.release(this.#memory)
    this.#engine.release(this.#program)
  }
}

function setAddress(words: Int32Array, slot: Slot, address: number): void {
  if (slot.address === address) return
  slot.address = address
  for (const place of slot.places) words[place] = address
}
