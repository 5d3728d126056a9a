import { Op } from '../src/engine/op'

/** Runs one task of an operation on optimizers. Traps on a number that it does not know. */
export function optimizer(op: i32, args: usize, task: i32): void {
  switch (op) {
    default:
      unreachable()
  }
}
