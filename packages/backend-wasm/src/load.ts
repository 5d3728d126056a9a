import { installGradients, RegimenError } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { engineOf } from './engine/engine.js'
import { chooseKernels, type KernelBuild } from './engine/kernel-module.js'
import { sharedModule, withModule } from './engine/tfjs-module.js'
import {
  type ThreadCount,
  type ThreadsOption,
  threadCount,
  threadsFacts,
} from './engine/thread-count.js'
import type { WasmBackend } from './heap.js'
import { installKernels } from './install.js'
import { withoutNewListeners } from './listeners.js'

/** Options of {@link useWasm}. */
export interface WasmOptions {
  /**
   * Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are: a folder, or a path for each of
   * its three files by name. Needed in browsers; Node finds them in the package.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>
  /**
   * Threads that compute, this one included. By default one for each core, at most 8. Results have the same
   * bits for any number. One thread is used where there is no `SharedArrayBuffer` or no SIMD.
   */
  readonly threads?: ThreadsOption
  /**
   * Whether kernels may use relaxed SIMD, which multiplies and adds with one rounding where the processor
   * can: a quarter faster. By default yes, where the runtime has it. Without it, bits are the same on every
   * machine; with it, on every machine that has it.
   */
  readonly relaxedSimd?: boolean
  /**
   * Whether products may use vectors of 8 floats, which V8 makes of two of 4 in Node 24 and later where the
   * processor has them: up to twice as fast, with the bits of relaxed SIMD. By default yes. The pass of V8 that
   * does it is experimental: it is used for two functions alone, whose results are checked when they are loaded.
   */
  readonly wideSimd?: boolean
}

/** What the engine uses. */
export interface WasmEngineInfo {
  /** Which SIMD the kernels use. */
  readonly simd: 'none' | KernelBuild
  readonly threads: number
  /** Why there are fewer threads than were asked for, as a clause; `undefined` if there are not. */
  readonly reason: string | undefined
}

const PRIORITY = 2
/** Magic number and version. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

/** The latest call's turn: calls load one after the other. */
let loading: Promise<void> = Promise.resolve()
let latest: WasmEngineInfo | undefined
let build: KernelBuild | null | undefined

/** What the loaded engine uses; `undefined` before {@link useWasm}. */
export function wasmEngine(): WasmEngineInfo | undefined {
  return latest
}

/**
 * Loads tfjs' wasm engine with the kernels that training needs and makes it tfjs' current backend.
 * Calling it again makes it current again, with as many threads as are asked for then. Nothing is changed by
 * importing this package.
 *
 * @throws REG_ENGINE_FAILED if WebAssembly or the `.wasm` files are missing, or a policy forbids it; if relaxed SIMD
 * is declined when the engine has it already
 * @example
 * await useWasm()
 * tf.getBackend() // 'wasm'
 */
export async function useWasm(options: WasmOptions = {}): Promise<void> {
  const turn = loading.then(() => load(options))
  loading = turn.catch(() => {})
  await turn
}

async function load({
  wasmPaths,
  threads = 'auto',
  relaxedSimd = true,
  wideSimd = true,
}: WasmOptions): Promise<void> {
  if (typeof WebAssembly === 'undefined') {
    throw failure(
      'this runtime has no WebAssembly. Use the accelerator "cpu" or a runtime that has it.',
    )
  }
  await WebAssembly.compile(EMPTY_MODULE).catch((cause) => {
    throw failure(
      `WebAssembly may not be compiled here: "${cause.message}". A page with a ` +
        "Content-Security-Policy needs 'wasm-unsafe-eval' in its script-src.",
      cause,
    )
  })
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  refuseLate('relaxedSimd', relaxedSimd, build === 'relaxed' || build === 'wide')
  refuseLate('wideSimd', wideSimd, build === 'wide')
  build ??= await chooseKernels(relaxedSimd ? (wideSimd ? 'wide' : 'relaxed') : 'plain')
  installKernels({ hasSimd: build !== null })
  installGradients()
  const wanted = threadCount(threadsFacts(threads, build !== null))
  if (tf.engine().registry.wasm === undefined) {
    const factory = tf.findBackendFactory('wasm')
    if (factory === null) {
      throw failure(
        'the backend "wasm" was taken out of tfjs with removeBackend. Restart the process.',
      )
    }
    const make = () => withoutNewListeners(async () => factory())
    try {
      // Threads of tfjs' own would be in the way of ours.
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
      const paths = wasmPaths === undefined ? undefined : asFolder(wasmPaths)
      const module = wanted.threads > 1 ? await sharedModule(paths) : undefined
      if (module === undefined && paths !== undefined) setWasmPaths(paths)
      const backend = await (module ? withModule(module, setWasmPaths, make) : make())
      tf.removeBackend('wasm')
      tf.registerBackend('wasm', () => backend, PRIORITY)
    } catch (cause) {
      throw failure(describe(cause, wasmPaths), cause)
    }
  }
  await tf.setBackend('wasm')
  latest = { simd: build ?? 'none', ...(await startThreads(wanted)) }
}

/** @throws REG_ENGINE_FAILED if something is declined that the engine has already */
function refuseLate(option: string, isAllowed: boolean, has: boolean): void {
  if (isAllowed || !has) return
  throw failure(
    `it runs in this process already with what "${option}: false" declines. Ask for it before the engine is ` +
      'used first.',
  )
}

/** Lets the engine use as many threads as it can have. */
async function startThreads(wanted: ThreadCount): Promise<ThreadCount> {
  const pool = engineOf(tf.backend() as WasmBackend)?.pool
  if (pool === undefined) {
    const reason = wanted.reason ?? 'the memory of the engine is not shared'
    return wanted.threads > 1 ? { threads: 1, reason } : wanted
  }
  const threads = await pool.use(wanted.threads)
  if (threads === wanted.threads) return wanted
  return { threads, reason: `another could not start: ${pool.failure}` }
}

function asFolder(
  paths: string | Readonly<Record<string, string>>,
): string | Record<string, string> {
  if (typeof paths !== 'string') return { ...paths }
  return paths.endsWith('/') ? paths : `${paths}/`
}

function describe(cause: unknown, wasmPaths: WasmOptions['wasmPaths']): string {
  const found = (cause as { message?: unknown } | null)?.message ?? cause
  const where = wasmPaths === undefined ? 'not given' : JSON.stringify(wasmPaths)
  return (
    `its .wasm files could not be loaded; wasmPaths is ${where}. tfjs says "${found}". ` +
    'Point wasmPaths at the folder that holds the .wasm files of @tensorflow/tfjs-backend-wasm ' +
    'and start the process or page again: tfjs takes the paths only once.'
  )
}

function failure(detail: string, cause?: unknown): RegimenError {
  const text = `The engine "wasm" did not load: ${detail}`
  const data = { engine: 'wasm' }
  const details = cause === undefined ? { data } : { data, cause }
  return new RegimenError('REG_ENGINE_FAILED', text, details)
}
