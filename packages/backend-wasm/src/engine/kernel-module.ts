import { nodeModule } from '../node-module.js'
import { kernelBytes } from './kernel-bytes.js'

/** What the kernels module exports. Addresses are in bytes. */
export interface KernelExports {
  /** Runs launches that lie one after the other in memory. */
  runProgram(program: number, launches: number): void
  /** Gives this instance its own memory for panels and partial results. */
  setScratch(place: number): void
  /** Gives this instance the pool's control block; see `assembly/threads.ts`. */
  setPool(place: number, threads: number, isAllowedToWait: number): void
}

/** An instance of the kernels on an engine's memory. */
export interface Kernels {
  readonly module: WebAssembly.Module
  readonly exports: KernelExports
}

/** The kernels for an engine's memory, or `null` where WebAssembly has no SIMD. */
export function instantiateKernels(memory: WebAssembly.Memory): Kernels | null {
  const module = kernelModule(isShared(memory))
  if (module === null) return null
  const { exports } = new WebAssembly.Instance(module, {
    env: { memory, now: () => performance.now() },
  })
  return { module, exports: exports as unknown as KernelExports }
}

/** Whether threads can use a memory together. */
export function isShared({ buffer }: WebAssembly.Memory): boolean {
  return !(buffer instanceof ArrayBuffer)
}

/** A build of the kernels: `relaxed` rounds a product and its sum once, `plain` twice. */
export type KernelBuild = 'relaxed' | 'plain'

let chosen = bytesOf(kernelBytes)

/**
 * Chooses the build of the kernels for engines that are made from now on.
 *
 * @returns `null` where WebAssembly has no SIMD
 */
export async function chooseKernels(wanted: KernelBuild): Promise<KernelBuild | null> {
  const plain = bytesOf(kernelBytes)
  chosen = plain
  if (!WebAssembly.validate(plain)) return null
  if (wanted === 'plain') return 'plain'
  const { relaxedKernelBytes } = await import('./relaxed-kernel-bytes.js')
  const relaxed = bytesOf(relaxedKernelBytes)
  if (!WebAssembly.validate(relaxed)) allowRelaxedSimd()
  if (!WebAssembly.validate(relaxed)) return 'plain'
  chosen = relaxed
  return 'relaxed'
}

/** Node 20 has relaxed SIMD behind a flag of V8, which is read for each module; Node 22 has it without. */
function allowRelaxedSimd(): void {
  nodeModule('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd')
}

function kernelModule(isForShared: boolean): WebAssembly.Module | null {
  const bytes = chosen.slice()
  if (!isForShared) bytes[memoryFlags(bytes)] = LIMITED
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), code)
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
