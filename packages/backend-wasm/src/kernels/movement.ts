import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/movement.ts`. */
export const movementKernels: LaunchKernels = {}
