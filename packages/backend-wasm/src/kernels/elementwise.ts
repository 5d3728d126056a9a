import { unaryKernels } from './elementwise-unary.js'
import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/elementwise.ts`. */
export const elementwiseKernels: LaunchKernels = { ...unaryKernels }
