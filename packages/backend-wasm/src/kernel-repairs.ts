import { cast } from './cast.js'
import { clipByValue, relu6 } from './clip.js'
import { conv2dBackpropFilter } from './conv2d-filter.js'
import { conv2dBackpropInput } from './conv2d-input.js'
import { conv3dBackpropFilter, conv3dBackpropInput } from './conv3d.js'
import { convolve } from './convolve.js'
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise.js'
import {
  dilation2d,
  dilation2dBackpropFilter,
  dilation2dBackpropInput,
} from './dilation2d.js'
import { einsum } from './einsum.js'
import { largerOrSmaller, ofNothing } from './extremes.js'
import { fusedMatMul } from './fused-matmul.js'
import { gather } from './gather.js'
import type { Kernel, KernelOfSeveral } from './heap.js'
import { identity } from './identity.js'
import { checkedIndices } from './indices.js'
import { batchMatMul } from './matmul.js'
import { maxPoolGrad } from './max-pool.js'
import { maxPoolWithArgmax } from './max-pool-places.js'
import { oneHot } from './one-hot.js'
import { otherDtypes } from './other-dtypes.js'
import { pool2d } from './pool2d.js'
import { maxPool3d, maxPool3dGrad } from './pool3d.js'
import { prelu } from './prelu.js'
import { rotate } from './rotate.js'
import { scan } from './scan.js'
import { unsortedSegmentSum } from './segment.js'
import { select } from './select.js'
import { slice } from './slice.js'
import { softmax } from './softmax.js'
import { stridedSlice } from './strided-slice.js'
import { sum } from './sum.js'
import { transform } from './transform.js'
import { withoutStrings } from './without-strings.js'

/** Kernels of ours that only run other kernels, or share values. */
export const composedKernels: ReadonlySet<string> = new Set([
  'Einsum',
  'Identity',
  'Reshape',
])

/** Kernels that tfjs' wasm backend lacks. */
export const addedKernels: Readonly<Record<string, Kernel>> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  Einsum: einsum,
  UnsortedSegmentSum: unsortedSegmentSum,
}

/** Kernels that take the place of tfjs' own, each made from the one it replaces. */
export const replacedKernels: Readonly<
  Record<string, (stock: Kernel) => Kernel | KernelOfSeveral>
> = withoutStrings({
  ...otherDtypes,
  ...checkedIndices,
  All: ofNothing(1),
  Any: ofNothing(0),
  AvgPool: pool2d('average'),
  BatchMatMul: batchMatMul,
  Cast: cast,
  ClipByValue: clipByValue,
  Conv2D: convolve(false),
  Conv2DBackpropInput: () => conv2dBackpropInput,
  Conv3DBackpropFilterV2: () => conv3dBackpropFilter,
  Conv3DBackpropInputV2: () => conv3dBackpropInput,
  DepthwiseConv2dNative: convolve(true),
  Cumprod: scan,
  Cumsum: scan,
  Dilation2D: () => dilation2d,
  Dilation2DBackpropFilter: () => dilation2dBackpropFilter,
  Dilation2DBackpropInput: () => dilation2dBackpropInput,
  FusedConv2D: convolve(false),
  FusedDepthwiseConv2D: convolve(true),
  GatherV2: gather,
  Identity: identity,
  Max: ofNothing(Number.NEGATIVE_INFINITY),
  MaxPool: pool2d('largest'),
  MaxPool3D: () => maxPool3d,
  MaxPool3DGrad: () => maxPool3dGrad,
  MaxPoolWithArgmax: () => maxPoolWithArgmax,
  MaxPoolGrad: () => maxPoolGrad,
  Maximum: largerOrSmaller,
  Min: ofNothing(Number.POSITIVE_INFINITY),
  Minimum: largerOrSmaller,
  OneHot: () => oneHot,
  Prelu: prelu,
  Prod: ofNothing(1),
  Relu6: relu6,
  RotateWithOffset: rotate,
  Select: select,
  Slice: slice,
  Softmax: softmax,
  StridedSlice: stridedSlice,
  Sum: sum,
  Transform: () => transform,
  _FusedMatMul: () => fusedMatMul,
})
