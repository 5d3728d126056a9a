import { nodeModule } from '../node-module.js'
import { bytesFor } from './module-bytes.js'
import { isExact, isFaster } from './wide-check.js'

/** V8 from this version on joins the vectors of the wide tiles, when it is told to. */
const FIRST_V8 = 13

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
 * version does not join vectors, or the processor has none of 8 floats
 */
export function wideModule(
  bytes: Uint8Array,
  isShared: boolean,
): WebAssembly.Module | null {
  const known = modules.get(isShared)
  if (known !== undefined) return known
  const made = compile(bytesFor(bytes, isShared))
  const isGood = isExact(made, isShared) && isFaster(made, isShared)
  modules.set(isShared, isGood ? made : null)
  return isGood ? made : null
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module {
  const set = nodeModule('node:v8')?.setFlagsFromString
  const given = globalThis.process.execArgv
  const flags = [
    'experimental-wasm-revectorize',
    'no-liftoff',
    'no-wasm-lazy-compilation',
  ].filter((flag) => !given.some((each) => each.replaceAll('_', '-') === `--${flag}`))
  for (const flag of flags) set?.(`--${flag}`)
  try {
    return new WebAssembly.Module(bytes)
  } finally {
    for (const flag of flags) {
      set?.(flag.startsWith('no-') ? `--${flag.slice(3)}` : `--no-${flag}`)
    }
  }
}
