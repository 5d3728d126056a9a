import { nodeModule } from '../node-module.js'
import { bytesFor } from './module-bytes.js'
import { isExact, isFaster } from './wide-check.js'

/** V8 from this version on joins the vectors of the wide tiles, when it is told to. */
const FIRST_V8 = 13

/** Vectors are joined by the optimizing compiler alone, which otherwise compiles what has run for a while. */
const FLAGS = [
  { on: '--experimental-wasm-revectorize', off: '--no-experimental-wasm-revectorize' },
  { on: '--no-liftoff', off: '--liftoff' },
  { on: '--no-wasm-lazy-compilation', off: '--wasm-lazy-compilation' },
]

const modules = new Map<boolean, WebAssembly.Module | null>()

/** Whether the runtime may be able to join vectors: Node 24 and later. */
export function canBeWide(): boolean {
  const { versions } = globalThis.process ?? {}
  if (versions?.node === undefined || versions.bun || versions.deno) return false
  return Number.parseInt(versions.v8 ?? '', 10) >= FIRST_V8
}

/**
 * The wide tiles for a memory that is shared or not. V8's flags hold for this compilation alone: it is done when they
 * are as before.
 *
 * @returns `null` if what V8 made of them computes anything else than the other tiles, or is no faster: then its
 * version does not join vectors, or the processor has none of 8 floats; and where flags may not be set
 */
export function wideModule(
  bytes: Uint8Array,
  isShared: boolean,
): WebAssembly.Module | null {
  const known = modules.get(isShared)
  if (known !== undefined) return known
  const made = compile(bytesFor(bytes, isShared))
  const isGood = made !== null && isExact(made, isShared) && isFaster(made, isShared)
  modules.set(isShared, isGood ? made : null)
  return isGood ? made : null
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  const set = nodeModule('node:v8')?.setFlagsFromString
  if (set === undefined) return null
  const given =
    globalThis.process.execArgv?.map((flag) => flag.replaceAll('_', '-')) ?? []
  const changed: string[] = []
  try {
    for (const { on, off } of FLAGS) {
      if (given.includes(on)) continue
      set(on)
      changed.push(off)
    }
    return new WebAssembly.Module(bytes)
  } catch {
    return null
  } finally {
    for (const off of changed) set(off)
  }
}
