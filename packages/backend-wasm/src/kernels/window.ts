import { Op } from '../engine/op.js'
import { blockKernels } from './blocks.js'
import { depthwise, depthwiseFilter, depthwiseInput } from './depthwise.js'
import type { LaunchKernels } from './launch-kernels.js'
import { windowed, windowedAsFloat, windowedGradient } from './pooling.js'
import { resizeKernels } from './resize.js'

/** Kernels made of launches of `assembly/window.ts`. */
export const windowKernels: LaunchKernels = {
  ...blockKernels,
  ...resizeKernels,
  AvgPool: windowed(Op.meanOfWindows),
  AvgPool3D: windowed(Op.meanOfWindows),
  AvgPool3DGrad: windowedGradient(Op.meanOfWindowsGradient),
  AvgPoolGrad: windowedGradient(Op.meanOfWindowsGradient),
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropFilter: depthwiseFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseInput,
  FusedDepthwiseConv2D: depthwise,
  MaxPool: windowed(Op.largestOfWindows),
  MaxPool3D: windowedAsFloat(Op.largestOfWindows),
  MaxPool3DGrad: windowedGradient(Op.largestOfWindowsGradient),
  MaxPoolGrad: windowedGradient(Op.largestOfWindowsGradient),
}
