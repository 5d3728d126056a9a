import { elementwiseKernels } from './elementwise.js'
import type { LaunchKernels } from './launch-kernels.js'
import { matrixKernels } from './matrix.js'
import { movementKernels } from './movement.js'
import { optimizerKernels } from './optimizer.js'
import { randomKernels } from './random.js'
import { recurrentKernels } from './recurrent.js'
import { reductionKernels } from './reduction.js'
import { windowKernels } from './window.js'

/** All kernels made of launches. */
export const launchKernels: LaunchKernels = {
  ...elementwiseKernels,
  ...matrixKernels,
  ...movementKernels,
  ...optimizerKernels,
  ...randomKernels,
  ...recurrentKernels,
  ...reductionKernels,
  ...windowKernels,
}
