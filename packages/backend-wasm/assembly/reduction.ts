import { Op } from '../src/engine/op'
import { argExtreme } from './arg-extreme'
import { batchNorm } from './batch-norm'
import { cumulativeProduct } from './cumulative-product'
import { Fold, fold } from './fold'
import { localResponse, localResponseGradient } from './local-response'
import { softmax } from './softmax'
import { addParts, sum } from './sum'

/** Runs one task of an operation on reductions. Traps on a number that it does not know. */
export function reduction(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.sum:
      return sum(args, task)
    case Op.addParts:
      return addParts(args)
    case Op.floatMax:
      return fold<f32>(Fold.FloatMax, args, task)
    case Op.floatMin:
      return fold<f32>(Fold.FloatMin, args, task)
    case Op.floatProduct:
      return fold<f32>(Fold.FloatProduct, args, task)
    case Op.intMax:
      return fold<i32>(Fold.IntMax, args, task)
    case Op.intMin:
      return fold<i32>(Fold.IntMin, args, task)
    case Op.intProduct:
      return fold<i32>(Fold.IntProduct, args, task)
    case Op.intSum:
      return fold<i32>(Fold.IntSum, args, task)
    case Op.all:
      return fold<u8>(Fold.All, args, task)
    case Op.any:
      return fold<u8>(Fold.Any, args, task)
    case Op.floatArgMax:
      return argExtreme<f32>(true, args, task)
    case Op.floatArgMin:
      return argExtreme<f32>(false, args, task)
    case Op.intArgMax:
      return argExtreme<i32>(true, args, task)
    case Op.intArgMin:
      return argExtreme<i32>(false, args, task)
    case Op.softmax:
      return softmax(args, task)
    case Op.batchNorm:
      return batchNorm(args, task)
    case Op.floatCumulativeProduct:
      return cumulativeProduct<f32>(args, task)
    case Op.intCumulativeProduct:
      return cumulativeProduct<i32>(args, task)
    case Op.localResponse:
      return localResponse(args, task)
    case Op.localResponseGradient:
      return localResponseGradient(args, task)
    default:
      unreachable()
  }
}
