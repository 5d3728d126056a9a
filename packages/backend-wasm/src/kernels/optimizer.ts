import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/optimizer.ts`. */
export const optimizerKernels: LaunchKernels = {}
