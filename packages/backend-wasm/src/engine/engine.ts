import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { WasmBackend } from '../heap.js'
import type { Block } from './block.js'
import { instantiateKernels, isShared, type Kernels } from './kernel-module.js'
import type { Op } from './op.js'
import { createPool, type Pool } from './pool.js'

/** Words of a launch before its arguments: operation, words of the launch, tasks. */
const HEADER_WORDS = 3
/** Words of the largest launch. */
export const LAUNCH_WORDS = 1024
/** Bytes of a thread's own memory; see `assembly/scratch.ts`. */
const SCRATCH_BYTES = 1 << 19
/** Words after the launch for {@link Engine.indexStatus}. */
const STATUS_WORDS = 2
const ALIGNMENT = 64

/** Follows what an engine does; see {@link Engine.recorder}. */
export interface Recorder {
  /** After a launch. */
  launched(
    op: Op,
    tasks: number,
    writes: readonly TensorInfo[],
    reads: readonly TensorInfo[],
    integers: readonly number[],
    floats: readonly number[],
  ): void
  /** Before a kernel that is not made of launches. */
  unknown(kernel: string): void
  /** The last integer of the next launch was drawn; see {@link Engine.liveInteger}. */
  live?(draw: () => number, value: number): void
}

/** Runs kernels of our module on the memory of tfjs' wasm backend. */
export interface Engine {
  /**
   * Runs an operation. Its arguments in memory are the addresses of `writes`, those of `reads`, `integers`,
   * `floats`, each a word. Every task writes elements that no other task touches, and the number of tasks
   * depends on shapes alone, so that results have the same bits for any number of threads.
   */
  launch(
    op: Op,
    tasks: number,
    writes: readonly TensorInfo[],
    reads: readonly TensorInfo[],
    integers: readonly number[],
    floats?: readonly number[],
  ): void
  /**
   * Draws the last integer of the next launch. A replay of the launch draws it again: replays draw in the
   * order of the launches, as the recorded step did.
   */
  liveInteger(draw: () => number): number
  /** Follows all launches, if set. */
  recorder: Recorder | undefined
  /**
   * Runs launches that lie one after the other at an address.
   * @throws Error if a gather among them met an index outside of its axis
   */
  run(address: number, launches: number): void
  /** Two words for a gather that meets an index outside of its axis; `launch` and `run` throw for them. */
  readonly indexStatus: number
  /** Memory of the engine that tfjs does not count, aligned to a cache line. Give it back with `release`. */
  allocate(bytes: number): Block
  release(block: Block): void
  /** Words of a block; memory gets a new buffer when it grows: do not keep them. */
  words(block: Block): Int32Array
  /** The threads that take part in launches; `undefined` where memory is not shared. */
  readonly pool: Pool | undefined
}

const engines = new WeakMap<WasmBackend, Engine | null>()

/** The engine of a backend, or `null` where WebAssembly has no SIMD. */
export function engineOf(backend: WasmBackend): Engine | null {
  const known = engines.get(backend)
  if (known !== undefined) return known
  const memory = backend.wasm.asm?.memory
  const kernels = memory === undefined ? null : instantiateKernels(memory)
  const engine = memory && kernels ? createEngine(backend, memory, kernels) : null
  engines.set(backend, engine)
  return engine
}

const NONE: readonly number[] = []

function createEngine(
  backend: WasmBackend,
  memory: WebAssembly.Memory,
  { module, wide, exports: kernels }: Kernels,
): Engine {
  const { wasm, dataIdMap } = backend
  const allocate = (bytes: number): Block => {
    const start = wasm._malloc(bytes + ALIGNMENT) >>> 0
    if (start === 0) throw new Error(`The wasm engine has no ${bytes} bytes left.`)
    return { start, bytes, address: Math.ceil(start / ALIGNMENT) * ALIGNMENT }
  }
  const program = allocate(4 * (LAUNCH_WORDS + STATUS_WORDS)).address
  kernels.setScratch(allocate(SCRATCH_BYTES).address)
  let heap: Uint8Array | undefined
  let words: Int32Array = new Int32Array()
  let singles: Float32Array = new Float32Array()

  /** Views of the launch: memory gets a new buffer when it grows. */
  function renewViews(): void {
    heap = wasm.HEAPU8
    words = new Int32Array(heap.buffer, program, LAUNCH_WORDS + STATUS_WORDS)
    singles = new Float32Array(heap.buffer, program, LAUNCH_WORDS)
  }

  const scratchBytes = SCRATCH_BYTES
  renewViews()
  words.fill(0, LAUNCH_WORDS)

  function runProgram(address: number, launches: number): void {
    kernels.runProgram(address, launches)
    if (heap !== wasm.HEAPU8) renewViews()
    const sizePlus1 = words[LAUNCH_WORDS + 1] as number
    if (sizePlus1 === 0) return
    const index = words[LAUNCH_WORDS] as number
    words.fill(0, LAUNCH_WORDS)
    throw new Error(
      `GatherV2: the index value ${index} is not in [0, ${sizePlus1 - 2}], index ${index} for an axis of ${sizePlus1 - 1}`,
    )
  }

  return {
    pool: isShared(memory)
      ? createPool({ kernels, module, wide, memory, allocate, scratchBytes })
      : undefined,
    recorder: undefined,
    liveInteger(draw) {
      const value = draw()
      this.recorder?.live?.(draw, value)
      return value
    },
    launch(op, tasks, writes, reads, integers, floats = NONE) {
      if (heap !== wasm.HEAPU8) renewViews()
      const count = writes.length + reads.length + integers.length + floats.length
      if (HEADER_WORDS + count > LAUNCH_WORDS) {
        throw new Error(
          `A launch has ${count} arguments; there is room for ${LAUNCH_WORDS}.`,
        )
      }
      let at = HEADER_WORDS
      for (const { dataId } of writes) words[at++] = dataIdMap.get(dataId).memoryOffset
      for (const { dataId } of reads) words[at++] = dataIdMap.get(dataId).memoryOffset
      for (const integer of integers) words[at++] = integer
      for (const float of floats) singles[at++] = float
      words[0] = op
      words[1] = at
      words[2] = tasks
      runProgram(program, 1)
      this.recorder?.launched(op, tasks, writes, reads, integers, floats)
    },
    run: runProgram,
    indexStatus: program + 4 * LAUNCH_WORDS,
    allocate,
    release: ({ start }) => wasm._free(start),
    words: ({ address, bytes }) =>
      new Int32Array(wasm.HEAPU8.buffer, address, Math.floor(bytes / 4)),
  }
}
