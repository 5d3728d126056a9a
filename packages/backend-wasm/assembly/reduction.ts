import { Op } from '../src/engine/op'

/** Runs one task of an operation on reductions. Traps on a number that it does not know. */
export function reduction(op: i32, args: usize, task: i32): void {
  switch (op) {
    default:
      unreachable()
  }
}
