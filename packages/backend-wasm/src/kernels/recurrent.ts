import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/recurrent.ts`. */
export const recurrentKernels: LaunchKernels = {}
