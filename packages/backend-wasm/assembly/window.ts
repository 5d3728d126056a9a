import { Op } from '../src/engine/op'
import { averageGradient } from './average-gradient'
import { depthwise, depthwiseInput } from './depthwise'
import { depthwiseFilter } from './depthwise-filter'
import { pool } from './pool'
import { maxPoolGradient } from './pool-gradient'
import { resize, resizeGradient } from './resize'

/** Runs one task of an operation on windows. Traps on a number that it does not know. */
export function window(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.depthwise:
      return depthwise(args, task)
    case Op.depthwiseInput:
      return depthwiseInput(args, task)
    case Op.depthwiseFilter:
      return depthwiseFilter(args, task)
    case Op.largestOfWindows:
      return pool(true, args, task)
    case Op.meanOfWindows:
      return pool(false, args, task)
    case Op.largestOfWindowsGradient:
      return maxPoolGradient(args, task)
    case Op.meanOfWindowsGradient:
      return averageGradient(args, task)
    case Op.resize:
      return resize(args, task)
    case Op.resizeGradient:
      return resizeGradient(args, task)
    default:
      unreachable()
  }
}
