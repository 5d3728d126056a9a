import { Op } from '../src/engine/op'

/** Runs one task of an operation on recurrent cells. Traps on a number that it does not know. */
export function recurrent(op: i32, args: usize, task: i32): void {
  switch (op) {
    default:
      unreachable()
  }
}
