import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/random.ts`. */
export const randomKernels: LaunchKernels = {}
