import {
  definePlugin,
  either,
  type OptionFieldsOf,
  optionSchema,
  type Plugin,
  record,
  text,
} from '@regimen/core'
import { stepCompiler } from './capture/step-compiler.js'
import { useWasm, type WasmOptions } from './load.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'backend-wasm': WasmOptions
  }
}

/** The options of {@link WasmOptions}: check, table, help and JSON schema. */
export const options = optionSchema('wasm', {
  wasmPaths: either(text(), record(text()))
    .otherwise('beside the package in Node')
    .expecting('a folder, or a path for each file by its name')
    .describe(
      'folder of the `.wasm` files, or a path for each of the three by file name; needed in browsers',
    ),
} satisfies OptionFieldsOf<WasmOptions>)

/**
 * {@link useWasm} as a plugin: the engine is ready before the first tensor of a run is made.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID; REG_ENGINE_FAILED from `fit`, if the engine does not load
 * @example
 * new Trainer({ plugins: [wasm()] })
 */
export function wasm(input: WasmOptions = {}): Plugin {
  const { wasmPaths } = options.check(input)
  return definePlugin({
    name: 'backend-wasm',
    apply({ hooks, provide }) {
      provide('stepCompiler', stepCompiler)
      hooks.configure.tapPromise('backend-wasm', async (configured) => {
        await useWasm(wasmPaths === undefined ? {} : { wasmPaths })
        return configured
      })
    },
  })
}
