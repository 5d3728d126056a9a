// The backward pass of a whole LSTM layer per task, for a few sequences of the batch.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { slopeAt } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { multiplyRows } from './row-product'
import { copyRow, has, outputRows, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: gradients of the gates before their activation, of the first hidden state, of the first cell state, memory
 * for the gradients of a step (4 times the units for each sequence). Reads: gradient of the result, gates, cell
 * states before each step, activated cell states after it, panels of the transposed recurrent kernel, mask.
 * Integers: as those of the forward pass.
 */
export function lstmGradient(args: usize, task: i32): void {
  const result = address(args, 4)
  const batch = integer(args, 10)
  const steps = integer(args, 11)
  const units = integer(args, 12)
  const share = integer(args, 13)
  const flags = integer(args, 14)
  const first = task * share
  const count = min(share, batch - first)
  const row = <usize>units << 2
  const rows = <usize>resultRows(steps, flags) * row
  const hidden = address(args, 1) + <usize>first * row
  const cell = address(args, 2) + <usize>first * row
  const slope = address(args, 3) + 4 * <usize>first * row
  const givesSequence = has(flags, CellFlag.givesSequence)

  for (let i: usize = 0; i < <usize>count; i++) {
    const outputs = result + (<usize>first + i) * rows
    const last = outputs + <usize>outputRows(steps, flags) * row
    copyRow(hidden + i * row, givesSequence ? 0 : outputs, units)
    copyRow(cell + i * row, has(flags, CellFlag.givesCell) ? last : 0, units)
  }
  for (let step = steps - 1; step >= 0; step--) {
    const at = first * steps + timeOf(step, steps, flags)
    for (let i = 0; i < count; i++) {
      const output = result + <usize>(first + i) * rows + <usize>step * row
      lstmStepGradient(
        args,
        at + i * steps,
        hidden + <usize>i * row,
        cell + <usize>i * row,
        slope + 4 * <usize>i * row,
        givesSequence ? output : 0,
      )
    }
    multiplyRows(
      count,
      slope,
      4 * row,
      4 * units,
      address(args, 8),
      units,
      hidden,
      row,
      hidden,
      row,
    )
  }
}

/** One step of one sequence. What its hidden state passes on by itself remains where its gradient was. */
function lstmStepGradient(
  args: usize,
  at: i32,
  hidden: usize,
  cell: usize,
  slope: usize,
  output: usize,
): void {
  const activation = integer(args, 15)
  const recurrent = integer(args, 16)
  const row = <usize>integer(args, 12) << 2
  const place = <usize>at * row
  let slopes = address(args, 0) + 4 * place
  let gate = address(args, 5) + 4 * place
  let before = address(args, 6) + place
  let squashed = address(args, 7) + place
  const isUsed = usedAt(address(args, 9), at, integer(args, 14))
  for (let lanes = integer(args, 12); lanes > 0; lanes -= 4) {
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
    const cellBefore = loadLanes(before, lanes)
    const di = v128.and(f32x4.mul(f32x4.mul(dc, g), slopeAt(recurrent, i)), isUsed)
    const df = v128.and(f32x4.mul(f32x4.mul(dc, cellBefore), slopeAt(recurrent, f)), isUsed)
    const dg = v128.and(f32x4.mul(f32x4.mul(dc, i), slopeAt(activation, g)), isUsed)
    const d0 = v128.and(f32x4.mul(f32x4.mul(dh, s), slopeAt(recurrent, o)), isUsed)
    storeGates(slope, row, di, df, dg, d0, lanes)
    storeGates(slopes, row, di, df, dg, d0, lanes)
    storeLanes(hidden, v128.andnot(dh, isUsed), lanes)
    storeLanes(cell, v128.bitselect(f32x4.mul(dc, f), after, isUsed), lanes)
    slope += 16
    slopes += 16
    hidden += 16
    cell += 16
    gate += 16
    before += 16
    squashed += 16
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function storeGates(
  place: usize,
  row: usize,
  i: v128,
  f: v128,
  g: v128,
  o: v128,
  lanes: i32,
): void {
  storeLanes(place, i, lanes)
  storeLanes(place + row, f, lanes)
  storeLanes(place + 2 * row, g, lanes)
  storeLanes(place + 3 * row, o, lanes)
}
