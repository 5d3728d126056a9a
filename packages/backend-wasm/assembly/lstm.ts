// A whole LSTM layer per task, for a few sequences of the batch: they do not depend on each other, so the steps
// need no launch of their own. Gates are in the order of Keras: input, forget, candidate, output.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { activateRow } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { multiplyRows } from './row-product'
import { copyRow, has, outputAt, outputRows, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: result, gates, hidden states and cell states before each step, activated cell states after it, memory for
 * the states and gates of a step (6 times the units for each sequence). Reads: projected inputs, panels of the
 * recurrent kernel, bias, first hidden state, first cell state, mask. Integers: batch, steps, units, sequences
 * per task, flags, activation, recurrent activation.
 */
export function lstm(args: usize, task: i32): void {
  const result = address(args, 0)
  const projected = address(args, 6)
  const batch = integer(args, 12)
  const steps = integer(args, 13)
  const units = integer(args, 14)
  const share = integer(args, 15)
  const flags = integer(args, 16)
  const first = task * share
  const count = min(share, batch - first)
  const row = <usize>units << 2
  const hidden = address(args, 5) + 6 * <usize>first * row
  const cell = hidden + <usize>count * row
  const gate = cell + <usize>count * row

  const hasStates = has(flags, CellFlag.hasStates)
  const start = <usize>first * row
  copyRow(hidden, hasStates ? address(args, 9) + start : 0, count * units)
  copyRow(cell, hasStates ? address(args, 10) + start : 0, count * units)
  for (let step = 0; step < steps; step++) {
    const at = first * steps + timeOf(step, steps, flags)
    multiplyRows(
      count,
      hidden,
      row,
      units,
      address(args, 7),
      4 * units,
      projected + 4 * <usize>at * row,
      4 * <usize>steps * row,
      gate,
      4 * row,
    )
    for (let i = 0; i < count; i++) {
      const outputs = result + <usize>((first + i) * resultRows(steps, flags)) * row
      const isLast = step === steps - 1
      const lastCell = isLast && has(flags, CellFlag.givesCell)
      lstmStep(
        args,
        at + i * steps,
        hidden + <usize>i * row,
        cell + <usize>i * row,
        gate + 4 * <usize>i * row,
        outputAt(outputs, step, steps, row, flags),
        lastCell ? outputs + <usize>outputRows(steps, flags) * row : 0,
      )
    }
  }
}

/** One step of one sequence, whose states it replaces. Output and last cell state are not written where they are 0. */
function lstmStep(
  args: usize,
  at: i32,
  hidden: usize,
  cell: usize,
  gate: usize,
  output: usize,
  lastCell: usize,
): void {
  const units = integer(args, 14)
  const flags = integer(args, 16)
  const activation = integer(args, 17)
  const recurrent = integer(args, 18)
  const row = <usize>units << 2
  const place = <usize>at * row
  const gates = address(args, 1) + 4 * place
  const squashed = address(args, 4) + place
  const hasBias = has(flags, CellFlag.hasBias)
  const bias = hasBias ? address(args, 8) : 0
  const candidateBias = hasBias ? bias + 2 * row : 0
  const outputBias = hasBias ? bias + 3 * row : 0
  const isUsed = usedAt(address(args, 11), at, flags)

  copyRow(address(args, 2) + place, hidden, units)
  copyRow(address(args, 3) + place, cell, units)
  activateRow(recurrent, gate, bias, gates, 2 * units)
  activateRow(activation, gate + 2 * row, candidateBias, gates + 2 * row, units)
  activateRow(recurrent, gate + 3 * row, outputBias, gates + 3 * row, units)
  nextCell(gates, row, cell, gate, isUsed, units)
  activateRow(activation, gate, 0, squashed, units)
  nextHidden(gates + 3 * row, squashed, hidden, isUsed, units)
  if (output !== 0) copyRow(output, hidden, units)
  if (lastCell !== 0) copyRow(lastCell, cell, units)
}

/** Writes the next cell state, also where it is masked, and replaces the cell state where it is not. */
function nextCell(
  gates: usize,
  row: usize,
  cell: usize,
  next: usize,
  isUsed: v128,
  units: i32,
): void {
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const before = loadLanes(cell, lanes)
    const kept = f32x4.mul(loadLanes(gates + row, lanes), before)
    const added = f32x4.mul(loadLanes(gates, lanes), loadLanes(gates + 2 * row, lanes))
    const c = f32x4.add(kept, added)
    storeLanes(next, c, lanes)
    storeLanes(cell, v128.bitselect(c, before, isUsed), lanes)
    gates += 16
    cell += 16
    next += 16
  }
}

function nextHidden(gate: usize, squashed: usize, hidden: usize, isUsed: v128, units: i32): void {
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const h = f32x4.mul(loadLanes(gate, lanes), loadLanes(squashed, lanes))
    storeLanes(hidden, v128.bitselect(h, loadLanes(hidden, lanes), isUsed), lanes)
    gate += 16
    squashed += 16
    hidden += 16
  }
}
