export { useWasm, type WasmOptions } from './load.js'
export { wasm } from './wasm.js'
