// The backward pass of a whole LSTM layer per task, for a few sequences of the batch.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { slopeAt } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { GROUP, multiplyRows } from './row-product'
import { copyRow, has, outputRows, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: gradients of the gates before their activation, of the first hidden state, of the first cell state.
 * Reads: gradient of the result, gates, cell states before each step, activated cell states after it, panels of
 * the transposed recurrent kernel, mask. Integers: as those of the forward pass.
 */
export function lstmGradient(args: usize, task: i32): void {
  const slopes = address(args, 0)
  const result = address(args, 3)
  const batch = integer(args, 9)
  const steps = integer(args, 10)
  const units = integer(args, 11)
  const share = integer(args, 12)
  const flags = integer(args, 13)
  const first = task * share
  const last = min(first + share, batch)
  const row = <usize>units << 2
  const rows = <usize>resultRows(steps, flags) * row

  for (let b = first; b < last; b++) {
    const outputs = result + <usize>b * rows
    const cell = outputs + <usize>outputRows(steps, flags) * row
    const hidden = has(flags, CellFlag.givesSequence) ? 0 : outputs
    copyRow(address(args, 1) + <usize>b * row, hidden, units)
    copyRow(address(args, 2) + <usize>b * row, has(flags, CellFlag.givesCell) ? cell : 0, units)
  }
  for (let step = steps - 1; step >= 0; step--) {
    const time = timeOf(step, steps, flags)
    for (let b = first; b < last; b++) {
      const output = has(flags, CellFlag.givesSequence)
      const place = result + <usize>b * rows + <usize>step * row
      lstmStepGradient(args, b, b * steps + time, output ? place : 0)
    }
    for (let b = first; b < last; b += GROUP) {
      const hidden = address(args, 1) + <usize>b * row
      multiplyRows(
        min(last - b, GROUP),
        slopes + 4 * <usize>(b * steps + time) * row,
        4 * row * <usize>steps,
        4 * units,
        address(args, 7),
        units,
        hidden,
        row,
        hidden,
        row,
      )
    }
  }
}

/** One step of one sequence. What its hidden state passes on by itself remains where its gradient was. */
function lstmStepGradient(args: usize, b: i32, at: i32, output: usize): void {
  const units = integer(args, 11)
  const activation = integer(args, 14)
  const recurrent = integer(args, 15)
  const row = <usize>units << 2
  const place = <usize>at * row
  let slope = address(args, 0) + 4 * place
  let hidden = address(args, 1) + <usize>b * row
  let cell = address(args, 2) + <usize>b * row
  let gate = address(args, 4) + 4 * place
  let before = address(args, 5) + place
  let squashed = address(args, 6) + place
  const isUsed = usedAt(address(args, 8), at, integer(args, 13))
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const i = loadLanes(gate, lanes)
    const f = loadLanes(gate + row, lanes)
    const g = loadLanes(gate + 2 * row, lanes)
    const o = loadLanes(gate + 3 * row, lanes)
    const s = loadLanes(squashed, lanes)
    let dh = loadLanes(hidden, lanes)
    if (output !== 0) {
      dh = f32x4.add(dh, loadLanes(output, lanes))
      output += 16
    }
    const after = loadLanes(cell, lanes)
    const dc = f32x4.add(after, f32x4.mul(f32x4.mul(dh, o), slopeAt(activation, s)))
    const di = f32x4.mul(f32x4.mul(dc, g), slopeAt(recurrent, i))
    const df = f32x4.mul(f32x4.mul(dc, loadLanes(before, lanes)), slopeAt(recurrent, f))
    const dg = f32x4.mul(f32x4.mul(dc, i), slopeAt(activation, g))
    const d0 = f32x4.mul(f32x4.mul(dh, s), slopeAt(recurrent, o))
    storeLanes(slope, v128.and(di, isUsed), lanes)
    storeLanes(slope + row, v128.and(df, isUsed), lanes)
    storeLanes(slope + 2 * row, v128.and(dg, isUsed), lanes)
    storeLanes(slope + 3 * row, v128.and(d0, isUsed), lanes)
    storeLanes(hidden, v128.andnot(dh, isUsed), lanes)
    storeLanes(cell, v128.bitselect(f32x4.mul(dc, f), after, isUsed), lanes)
    slope += 16
    hidden += 16
    cell += 16
    gate += 16
    before += 16
    squashed += 16
  }
}
