import { definePlugin, type Plugin } from '@regimen/core'
import { useWasm, type WasmOptions } from './load.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'backend-wasm': WasmOptions
  }
}

/**
 * {@link useWasm} as a plugin: the engine is ready before the first tensor of a run is made.
 *
 * @throws REG_ENGINE_FAILED from `fit`, where the engine does not load
 * @example
 * new Trainer({ plugins: [wasm()] })
 */
export function wasm(wasmOptions: WasmOptions = {}): Plugin {
  return definePlugin({
    name: 'backend-wasm',
    apply({ hooks }) {
      hooks.configure.tapPromise('backend-wasm', async (options) => {
        await useWasm(wasmOptions)
        return options
      })
    },
  })
}
