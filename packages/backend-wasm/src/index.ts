export { useWasm, type WasmOptions } from './load.js'
export { options, wasm } from './wasm.js'
