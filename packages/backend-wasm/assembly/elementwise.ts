import { Op } from '../src/engine/op'
import { unaryTask } from './unary'

/** Runs one task of an elementwise operation. Traps on a number that it does not know. */
export function elementwise(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.unary:
      unaryTask(args, task)
      break
    default:
      unreachable()
  }
}
