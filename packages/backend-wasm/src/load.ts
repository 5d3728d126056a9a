import { installGradients, RegimenError } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { installKernels } from './install.js'
import { withoutNewListeners } from './listeners.js'

/** Options of {@link useWasm}. */
export interface WasmOptions {
  /**
   * Where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are: a folder, or a path for each of
   * its three files by name. Needed in browsers; Node finds them in the package.
   */
  readonly wasmPaths?: string | Readonly<Record<string, string>>
}

const PRIORITY = 2

let loading: Promise<void> | undefined

/**
 * Loads tfjs' wasm engine with the kernels that training needs and makes it tfjs' current backend.
 * Calling it again only makes it current again. Nothing is changed by importing this package.
 *
 * @throws REG_ENGINE_FAILED if WebAssembly or the `.wasm` files are missing
 * @example
 * await useWasm()
 * tf.getBackend() // 'wasm'
 */
export async function useWasm(options: WasmOptions = {}): Promise<void> {
  loading ??= load(options).finally(() => {
    loading = undefined
  })
  await loading
}

async function load({ wasmPaths }: WasmOptions): Promise<void> {
  if (typeof WebAssembly === 'undefined') {
    throw failure(
      'this runtime has no WebAssembly. Use the accelerator "cpu" or a runtime that has it.',
    )
  }
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm')
  installKernels()
  installGradients()
  if (tf.engine().registry.wasm === undefined) {
    const factory = tf.findBackendFactory('wasm')
    if (factory === null) {
      throw failure(
        'the backend "wasm" was taken out of tfjs with removeBackend. Restart the process.',
      )
    }
    try {
      if (wasmPaths !== undefined) setWasmPaths(asFolder(wasmPaths))
      const backend = await withoutNewListeners(async () => factory())
      tf.removeBackend('wasm')
      tf.registerBackend('wasm', () => backend, PRIORITY)
    } catch (cause) {
      throw failure(describe(cause, wasmPaths), cause)
    }
  }
  await tf.setBackend('wasm')
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
