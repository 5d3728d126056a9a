export { gpu, node } from './engines.js'
export { type GpuOptions, gpuOptions, type NodeOptions, options } from './options.js'
