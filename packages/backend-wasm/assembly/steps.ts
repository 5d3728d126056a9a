// Places in the tensors of a recurrent layer: [batch, time, …], and the result [batch, rows, units].

import { CellFlag } from '../src/engine/cell'
import { loadLanes, storeLanes } from './partial-vector'

/** Whether a launch has a property. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function has(flags: i32, flag: CellFlag): bool {
  return (flags & flag) !== 0
}

/** The time that a step is at. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function timeOf(step: i32, steps: i32, flags: i32): i32 {
  return has(flags, CellFlag.goesBackwards) ? steps - 1 - step : step
}

/** Rows of the result per sequence: outputs, then the cell state. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function resultRows(steps: i32, flags: i32): i32 {
  return outputRows(steps, flags) + <i32>has(flags, CellFlag.givesCell)
}

/** Rows of outputs in the result. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function outputRows(steps: i32, flags: i32): i32 {
  return has(flags, CellFlag.givesSequence) ? steps : 1
}

/** Where the output of a step goes in the result of its sequence, or 0 if it is not asked for. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function outputAt(outputs: usize, step: i32, steps: i32, row: usize, flags: i32): usize {
  if (has(flags, CellFlag.givesSequence)) return outputs + <usize>step * row
  return step === steps - 1 ? outputs : 0
}

/** All bits set where a step of a sequence is used, none where it is masked. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function usedAt(mask: usize, place: i32, flags: i32): v128 {
  const isUsed = !has(flags, CellFlag.hasMask) || load<u8>(mask + <usize>place) !== 0
  return i32x4.splat(isUsed ? -1 : 0)
}

/** Copies a row of values, or writes zeros if there is nothing to copy. */
export function copyRow(to: usize, from: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    const place = <usize>i << 2
    const values = from === 0 ? f32x4.splat(0) : loadLanes(from + place, count - i)
    storeLanes(to + place, values, count - i)
  }
}
