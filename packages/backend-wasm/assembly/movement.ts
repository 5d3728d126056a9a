import { Op } from '../src/engine/op'
import { cumulativeSumTask } from './cumulative-sum'
import { gatherTask, oneHotTask } from './gather'
import { moveTask } from './move'
import { segmentSumTask } from './segment-sum'
import { transposeTask } from './transpose'

/** Runs one task of an operation that moves elements. Traps on a number that it does not know. */
export function movement(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.move:
      return moveTask(args, task)
    case Op.transpose:
      return transposeTask(args, task)
    case Op.gather:
      return gatherTask(args, task)
    case Op.oneHot:
      return oneHotTask(args, task)
    case Op.segmentSum:
      return segmentSumTask(args, task)
    case Op.cumulativeSum:
      return cumulativeSumTask(args, task)
    default:
      unreachable()
  }
}
