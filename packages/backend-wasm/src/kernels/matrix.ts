import type { LaunchKernels } from './launch-kernels.js'
import { batchMatMul, fusedMatMul } from './matmul.js'

/** Kernels made of launches of `assembly/matrix.ts`. */
export const matrixKernels: LaunchKernels = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
}
