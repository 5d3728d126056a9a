import { Op } from '../src/engine/op'
import { address, integer } from './arguments'
import { gru } from './gru'
import { gruGradient } from './gru-gradient'
import { lstm } from './lstm'
import { lstmGradient } from './lstm-gradient'
import { packPanels } from './row-product'

/** Runs one task of an operation on recurrent cells. Traps on a number that it does not know. */
export function recurrent(op: i32, args: usize, task: i32): void {
  switch (op) {
    case Op.recurrentPanels:
      panels(args)
      break
    case Op.lstm:
      lstm(args, task)
      break
    case Op.lstmGradient:
      lstmGradient(args, task)
      break
    case Op.gru:
      gru(args, task)
      break
    case Op.gruGradient:
      gruGradient(args, task)
      break
    default:
      unreachable()
  }
}

/**
 * Writes: panels. Reads: matrix. Integers: where it begins in values, values from row to row in memory, depth,
 * columns, 1 if it is stored transposed.
 */
function panels(args: usize): void {
  packPanels(
    address(args, 1) + (<usize>integer(args, 2) << 2),
    integer(args, 3),
    integer(args, 4),
    integer(args, 5),
    integer(args, 6) !== 0,
    address(args, 0),
  )
}
