import { convolutionFilter } from './convolution-filter.js'
import { convolutionInput } from './convolution-input.js'
import { convolve } from './convolve.js'
import type { LaunchKernels } from './launch-kernels.js'
import { batchMatMul, fusedMatMul } from './matmul.js'

/** Kernels made of launches of `assembly/matrix.ts`. */
export const matrixKernels: LaunchKernels = {
  BatchMatMul: batchMatMul,
  Conv2D: convolve,
  Conv2DBackpropFilter: convolutionFilter,
  Conv2DBackpropInput: convolutionInput,
  Conv3D: convolve,
  Conv3DBackpropFilterV2: convolutionFilter,
  Conv3DBackpropInputV2: convolutionInput,
  FusedConv2D: convolve,
  _FusedMatMul: fusedMatMul,
}
