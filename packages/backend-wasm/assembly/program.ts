import { HEADER } from './launch'
import { runTasks } from './threads'

/** Runs launches that lie one after the other, in order. */
export function runProgram(program: usize, launches: i32): void {
  let launch = program
  for (let i = 0; i < launches; i++) {
    runTasks(load<i32>(launch), launch + (HEADER << 2), load<i32>(launch + 8))
    launch += (<usize>load<i32>(launch + 4)) << 2
  }
}
