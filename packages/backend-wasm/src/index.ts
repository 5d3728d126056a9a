export {
  useWasm,
  type WasmEngineInfo,
  type WasmOptions,
  wasmEngine,
} from './load.js'
export { options, wasm } from './wasm.js'
