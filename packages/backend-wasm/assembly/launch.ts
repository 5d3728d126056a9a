import { elementwise } from './elementwise'
import { matrix } from './matrix'
import { movement } from './movement'
import { optimizer } from './optimizer'
import { random } from './random'
import { recurrent } from './recurrent'
import { reduction } from './reduction'
import { window } from './window'

/** Words before the arguments of a launch: operation, words of the whole launch, tasks. */
export const HEADER: usize = 3

/** Runs one task of an operation. */
export function runTask(op: i32, args: usize, task: i32): void {
  if (op < 32) matrix(op, args, task)
  else if (op < 128) elementwise(op, args, task)
  else if (op < 160) movement(op, args, task)
  else if (op < 192) reduction(op, args, task)
  else if (op < 224) window(op, args, task)
  else if (op < 240) recurrent(op, args, task)
  else if (op < 248) random(op, args, task)
  else optimizer(op, args, task)
}
