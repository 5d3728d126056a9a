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

/** Runs all tasks of one launch. @returns the address after it */
export function runLaunch(launch: usize): usize {
  const op = load<i32>(launch)
  const words = load<i32>(launch + 4)
  const tasks = load<i32>(launch + 8)
  const args = launch + (HEADER << 2)
  for (let task = 0; task < tasks; task++) runTask(op, args, task)
  return launch + ((<usize>words) << 2)
}

/** Runs launches that lie one after the other, in order. */
export function runProgram(program: usize, launches: i32): void {
  let launch = program
  for (let i = 0; i < launches; i++) launch = runLaunch(launch)
}
