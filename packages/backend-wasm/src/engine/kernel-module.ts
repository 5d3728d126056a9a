import { nodeModule } from '../node-module.js'
import { kernelBytes } from './kernel-bytes.js'
import { bytesFor, bytesOf } from './module-bytes.js'
import { canBeWide, wideModule } from './wide-module.js'

/** What the kernels module exports. Addresses are in bytes. */
export interface KernelExports {
  /** Runs launches that lie one after the other in memory. */
  runProgram(program: number, launches: number): void
  /** Gives this instance its own memory for panels and partial results. */
  setScratch(place: number): void
  /** Gives this instance the pool's control block; see `assembly/threads.ts`. */
  setPool(place: number, threads: number, isAllowedToWait: number): void
  /** Whether this instance has wide tiles; see `assembly/wide-tile.ts`. */
  setWide(isWide: number): void
}

/** An instance of the kernels on an engine's memory. */
export interface Kernels {
  readonly module: WebAssembly.Module
  /** The tiles of 16 columns, if they are used. */
  readonly wide: WebAssembly.Module | null
  readonly exports: KernelExports
}

/** The kernels for an engine's memory, or `null` where WebAssembly has no SIMD. */
export function instantiateKernels(memory: WebAssembly.Memory): Kernels | null {
  const module = kernelModule(isShared(memory))
  if (module === null) return null
  const wide = chosenWide === null ? null : wideModule(chosenWide, isShared(memory))
  return { module, wide, exports: instantiate(module, wide, memory) }
}

/** The kernels on a memory, with the wide tiles if there are any. */
export function instantiate(
  module: WebAssembly.Module,
  wide: WebAssembly.Module | null,
  memory: WebAssembly.Memory,
): KernelExports {
  const tiles = wide
    ? new WebAssembly.Instance(wide, { env: { memory } }).exports
    : standIns(module)
  const { exports } = new WebAssembly.Instance(module, {
    env: { ...tiles, memory, now: () => performance.now() },
  })
  const kernels = exports as unknown as KernelExports
  kernels.setWide(Number(wide !== null))
  return kernels
}

/** In place of the wide tiles that a module imports, which are not called then. */
function standIns(module: WebAssembly.Module): WebAssembly.ModuleImports {
  const imports = WebAssembly.Module.imports(module)
  return Object.fromEntries(imports.map(({ name }) => [name, () => {}]))
}

/** Whether threads can use a memory together. */
export function isShared({ buffer }: WebAssembly.Memory): boolean {
  return !(buffer instanceof ArrayBuffer)
}

/**
 * A build of the kernels: `relaxed` rounds a product and its sum once, `plain` twice; `wide` has the bits of
 * `relaxed`, and products with vectors of 8 floats.
 */
export type KernelBuild = 'wide' | 'relaxed' | 'plain'

let chosen = bytesOf(kernelBytes)
let chosenWide: Uint8Array<ArrayBuffer> | null = null

/**
 * Chooses the build of the kernels for engines that are made from now on.
 *
 * @returns `null` where WebAssembly has no SIMD
 */
export async function chooseKernels(wanted: KernelBuild): Promise<KernelBuild | null> {
  const plain = bytesOf(kernelBytes)
  chosen = plain
  chosenWide = null
  if (!WebAssembly.validate(plain)) return null
  if (wanted === 'plain') return 'plain'
  const { relaxedKernelBytes } = await import('./relaxed-kernel-bytes.js')
  const relaxed = bytesOf(relaxedKernelBytes)
  if (!WebAssembly.validate(relaxed)) allowRelaxedSimd()
  if (!WebAssembly.validate(relaxed)) return 'plain'
  chosen = relaxed
  if (wanted === 'relaxed' || !canBeWide()) return 'relaxed'
  const { wideKernelBytes } = await import('./wide-kernel-bytes.js')
  const wide = bytesOf(wideKernelBytes)
  if (wideModule(wide, true) === null) return 'relaxed'
  chosenWide = wide
  return 'wide'
}

/** Node 20 has relaxed SIMD behind a flag of V8, which is read for each module; Node 22 has it without. */
function allowRelaxedSimd(): void {
  nodeModule('node:v8')?.setFlagsFromString('--experimental-wasm-relaxed-simd')
}

function kernelModule(isForShared: boolean): WebAssembly.Module | null {
  const bytes = bytesFor(chosen, isForShared)
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null
}
