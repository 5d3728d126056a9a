import { kernelBytes } from './kernel-bytes.js'

/** What the kernels module exports. Addresses are in bytes. */
export interface KernelExports {
  /** Runs launches that lie one after the other in memory. */
  runProgram(program: number, launches: number): void
  /** Gives this instance its own memory for panels and partial results. */
  setScratch(place: number): void
}

/** The kernels for an engine's memory, or `null` where WebAssembly has no SIMD. */
export function instantiateKernels(memory: WebAssembly.Memory): KernelExports | null {
  const module = kernelModule(!(memory.buffer instanceof ArrayBuffer))
  if (module === null) return null
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return exports as unknown as KernelExports
}

/** The compiled module, or `null` where WebAssembly has no SIMD. */
export function kernelModule(isShared: boolean): WebAssembly.Module | null {
  const bytes = Uint8Array.from(atob(kernelBytes), (char) => char.charCodeAt(0))
  if (!isShared) bytes[memoryFlags(bytes)] = LIMITED
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null
}

const SHARED = 3
const LIMITED = 1
const MEMORY_IMPORT = [...'env'].map(code).concat(6, [...'memory'].map(code), 2, SHARED)

/** Where the flags of the imported memory are: the module is compiled for a shared one. */
function memoryFlags(bytes: Uint8Array): number {
  const start = bytes.findIndex((_, at) =>
    MEMORY_IMPORT.every((byte, i) => bytes[at + i] === byte),
  )
  return start + MEMORY_IMPORT.length - 1
}

function code(char: string): number {
  return char.charCodeAt(0)
}
