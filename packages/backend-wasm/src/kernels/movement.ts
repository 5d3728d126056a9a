import type { LaunchKernels } from './launch-kernels.js'
import { gatherKernels } from './movement-gather.js'
import { layoutKernels } from './movement-layout.js'
import { partKernels } from './movement-parts.js'

/** Kernels made of launches of `assembly/movement.ts`. */
export const movementKernels: LaunchKernels = {
  ...gatherKernels,
  ...layoutKernels,
  ...partKernels,
}
