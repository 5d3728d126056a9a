import { conv2dBackpropFilter } from './conv2d-filter.js'
import { conv2dBackpropInput } from './conv2d-input.js'
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js'
import { fusedMatMul } from './fused-matmul.js'
import type { Kernel } from './heap.js'
import { identity } from './identity.js'
import { batchMatMul } from './matmul.js'
import { maxPoolGrad } from './max-pool.js'
import { unsortedSegmentSum } from './segment.js'
import { slice } from './slice.js'
import { sum } from './sum.js'

/** Kernels that tfjs' wasm backend lacks. */
export const addedKernels: Readonly<Record<string, Kernel>> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  UnsortedSegmentSum: unsortedSegmentSum,
}

/** Kernels that take the place of tfjs' own, each made from the one it replaces. */
export const replacedKernels: Readonly<Record<string, (stock: Kernel) => Kernel>> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2DBackpropInput: () => conv2dBackpropInput,
  Identity: identity,
  MaxPoolGrad: () => maxPoolGrad,
  Slice: slice,
  Sum: sum,
}
