import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/matrix.ts`. */
export const matrixKernels: LaunchKernels = {}
