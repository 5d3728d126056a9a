import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/reduction.ts`. */
export const reductionKernels: LaunchKernels = {}
