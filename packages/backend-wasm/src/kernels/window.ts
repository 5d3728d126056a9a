import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/window.ts`. */
export const windowKernels: LaunchKernels = {}
