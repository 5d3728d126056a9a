import type { TensorInfo } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type Inputs, type Kernel, runKernel } from '../heap.js'
import { batchNorm } from './batch-norm.js'
import { cumulativeProduct } from './cumulative-product.js'
import { folding, type Reduction, summing } from './fold.js'
import type { LaunchKernels } from './launch-kernels.js'
import { localResponse, localResponseGradient } from './local-response.js'
import { reducedView } from './reduced-view.js'
import { softmax } from './softmax.js'
import { tasksFor } from './work.js'

type Reductions = Readonly<Partial<Record<TensorInfo['dtype'], Reduction>>>

/** Kernels made of launches of `assembly/reduction.ts`. Over nothing they give the neutral value. */
export const reductionKernels: LaunchKernels = {
  All: reduce({ bool: folding(Op.all) }),
  Any: reduce({ bool: folding(Op.any) }),
  ArgMax: reduce({ float32: placing(Op.floatArgMax), int32: placing(Op.intArgMax) }),
  ArgMin: reduce({ float32: placing(Op.floatArgMin), int32: placing(Op.intArgMin) }),
  Cumprod: cumulativeProduct,
  FusedBatchNorm: batchNorm,
  LRN: localResponse,
  LRNGrad: localResponseGradient,
  Max: reduce({ float32: folding(Op.floatMax), int32: folding(Op.intMax) }),
  Mean: mean,
  Min: reduce({ float32: folding(Op.floatMin), int32: folding(Op.intMin) }),
  Prod: reduce({ float32: folding(Op.floatProduct), int32: folding(Op.intProduct) }),
  Softmax: softmax,
  Sum: reduce({ float32: summing(() => 1), int32: folding(Op.intSum) }),
}

/** A kernel that reduces over the axes `axis`, or `reductionIndices` as tfjs says for `max`. */
function reduce(reductions: Reductions): (fallback: Kernel) => Kernel {
  return (fallback) => (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    const reduction = reductions[x.dtype]
    if (engine === null || reduction === undefined) {
      return fallback(inputs, backend, attributes)
    }
    const axis = (attributes.reductionIndices ?? attributes.axis) as number | number[]
    const view = reducedView(x, backend, axis, attributes.keepDims === true)
    const out = reduction(engine, backend, view)
    if (view.isCopy) free(backend, view.x)
    return out
  }
}

/** `mean` as float32 of any dtype. Of nothing it is NaN. */
function mean(fallback: Kernel): Kernel {
  const ofFloats = reduce({ float32: summing(({ reduced }) => reduced) })(fallback)
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    if (x.dtype === 'float32') return ofFloats(inputs, backend, attributes)
    const cast = runKernel('Cast', { x }, backend, { dtype: 'float32' })
    const out = ofFloats({ x: cast }, backend, attributes)
    free(backend, cast)
    return out
  }
}

/** Where the first largest or smallest value is, as int32. */
function placing(op: Op): Reduction {
  return (engine, backend, { x, outer, reduced, inner, outShape }) => {
    const out = backend.makeOutput(outShape, 'int32')
    const units = outer * inner
    const tasks = tasksFor(units, 4 * units * reduced)
    engine.launch(op, tasks, [out], [x], [outer, reduced, inner, tasks])
    return out
  }
}
