import { binaryKernels } from './elementwise-binary.js'
import { fillKernels } from './elementwise-fill.js'
import { flagKernels } from './elementwise-flags.js'
import { selectKernels } from './elementwise-select.js'
import { unaryKernels } from './elementwise-unary.js'
import type { LaunchKernels } from './launch-kernels.js'

/** Kernels made of launches of `assembly/elementwise.ts`. */
export const elementwiseKernels: LaunchKernels = {
  ...binaryKernels,
  ...fillKernels,
  ...flagKernels,
  ...selectKernels,
  ...unaryKernels,
}
