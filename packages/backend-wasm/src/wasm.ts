import {
  count,
  definePlugin,
  either,
  flag,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  type Plugin,
  record,
  text,
} from '@regimen/core'
import { stepCompiler } from './capture/step-compiler.js'
import { useWasm, type WasmEngineInfo, type WasmOptions, wasmEngine } from './load.js'

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
  threads: either(oneOf('auto'), count().from(1).upTo(64))
    .default('auto')
    .describe(
      'threads that compute, this one included; `auto`: one for each core, at most 8',
    ),
  relaxedSimd: flag()
    .default(true)
    .describe(
      'whether a product and its sum may be rounded once instead of twice, where the runtime can: faster',
    ),
  wideSimd: flag()
    .default(true)
    .describe(
      'whether products may use vectors of 8 floats, where Node 24 or later can make them: up to twice as fast, same bits',
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
  const { wasmPaths, threads, relaxedSimd, wideSimd } = options.check(input)
  return definePlugin({
    name: 'backend-wasm',
    recipe: { factory: wasm, options: input, schema: options },
    apply({ hooks, provide, report }) {
      const paths = wasmPaths === undefined ? {} : { wasmPaths }
      const load = () => useWasm({ threads, relaxedSimd, wideSimd, ...paths })
      provide('stepCompiler', stepCompiler)
      provide('engine', {
        name: 'wasm',
        async describe() {
          await load()
          return engineText(wasmEngine())
        },
      })
      hooks.configure.tapPromise('backend-wasm', async (configured) => {
        await load()
        return configured
      })
      hooks.setup.tap('backend-wasm', ({ stage }) => {
        if (stage === 'fit') report.info(`The engine is ${engineText(wasmEngine())}.`)
      })
    },
  })
}

/** What the engine uses, as a phrase. */
function engineText(engine: WasmEngineInfo | undefined): string {
  const { simd = 'none', threads = 1, reason } = engine ?? {}
  const kind = {
    none: 'without SIMD',
    plain: 'with SIMD',
    relaxed: 'with relaxed SIMD',
    wide: 'with relaxed SIMD and vectors of 8',
  }
  const why = reason === undefined ? '' : `, since ${reason}`
  return `wasm ${kind[simd]}, on ${threads === 1 ? '1 thread' : `${threads} threads`}${why}`
}
