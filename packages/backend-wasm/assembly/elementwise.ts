import { Op } from '../src/engine/op'
import { binaryTask } from './binary'
import { binaryRowsTask } from './binary-rows'
import { chainTask } from './chain'
import { fillTask, rangeTask } from './fill'
import { selectRowsTask, selectTask } from './select'
import { unaryTask } from './unary'

/** Runs one task of an elementwise operation. Traps on a number that it does not know. */
export function elementwise(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.unary:
      return unaryTask(args, task)
    case Op.binary:
      return binaryTask(args, task)
    case Op.binaryRows:
      return binaryRowsTask(args, task)
    case Op.chain:
      return chainTask(args, task)
    case Op.select:
      return selectTask(args, task)
    case Op.selectRows:
      return selectRowsTask(args, task)
    case Op.fill:
      return fillTask(args, task)
    case Op.range:
      return rangeTask(args)
    default:
      unreachable()
  }
}
