export { type GpuOptions, gpu, type NodeOptions, node } from './engines.js'
