// A whole LSTM layer per task, for a few sequences of the batch: they do not depend on each other, so the steps
// need no launch of their own. Gates are in the order of Keras: input, forget, candidate, output.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { activate } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { GROUP, multiplyRows } from './row-product'
import { copyRow, has, outputRows, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: result, gates, hidden states and cell states before each step, activated cell states after it.
 * Reads: projected inputs, panels of the recurrent kernel, bias, first hidden state, first cell state, mask.
 * Integers: batch, steps, units, sequences per task, flags, activation, recurrent activation.
 */
export function lstm(args: usize, task: i32): void {
  const result = address(args, 0)
  const gates = address(args, 1)
  const hiddens = address(args, 2)
  const cells = address(args, 3)
  const projected = address(args, 5)
  const panels = address(args, 6)
  const batch = integer(args, 11)
  const steps = integer(args, 12)
  const units = integer(args, 13)
  const share = integer(args, 14)
  const flags = integer(args, 15)
  const first = task * share
  const last = min(first + share, batch)
  const row = <usize>units << 2
  const sequence = row * <usize>steps

  const start = timeOf(0, steps, flags)
  for (let b = first; b < last; b++) {
    const isGiven = has(flags, CellFlag.hasStates)
    const place = <usize>(b * steps + start) * row
    copyRow(hiddens + place, isGiven ? address(args, 8) + <usize>b * row : 0, units)
    copyRow(cells + place, isGiven ? address(args, 9) + <usize>b * row : 0, units)
  }
  for (let step = 0; step < steps; step++) {
    const time = timeOf(step, steps, flags)
    for (let b = first; b < last; b += GROUP) {
      const place = <usize>(b * steps + time) * row
      multiplyRows(
        min(last - b, GROUP),
        hiddens + place,
        sequence,
        units,
        panels,
        4 * units,
        projected + 4 * place,
        4 * sequence,
        gates + 4 * place,
        4 * sequence,
      )
    }
    for (let b = first; b < last; b++) {
      const rows = resultRows(steps, flags)
      const outputs = result + <usize>(b * rows) * row
      const isLast = step === steps - 1
      const next = <usize>(b * steps + timeOf(step + 1, steps, flags)) * row
      let output: usize = 0
      if (has(flags, CellFlag.givesSequence)) output = outputs + <usize>step * row
      else if (isLast) output = outputs
      let cell = cells + next
      if (isLast) {
        cell = has(flags, CellFlag.givesCell) ? outputs + <usize>outputRows(steps, flags) * row : 0
      }
      lstmStep(args, b * steps + time, output, isLast ? 0 : hiddens + next, cell)
    }
  }
}

/** One step of one sequence: activates its gates in place. Places that are 0 are not written. */
function lstmStep(args: usize, at: i32, output: usize, hidden: usize, cell: usize): void {
  const units = integer(args, 13)
  const flags = integer(args, 15)
  const activation = integer(args, 16)
  const recurrent = integer(args, 17)
  const row = <usize>units << 2
  const place = <usize>at * row
  let gate = address(args, 1) + 4 * place
  let hiddenBefore = address(args, 2) + place
  let cellBefore = address(args, 3) + place
  let squashed = address(args, 4) + place
  let bias = address(args, 7)
  const isUsed = usedAt(address(args, 10), at, flags)
  for (let lanes = units; lanes > 0; lanes -= 4) {
    let i = loadLanes(gate, lanes)
    let f = loadLanes(gate + row, lanes)
    let g = loadLanes(gate + 2 * row, lanes)
    let o = loadLanes(gate + 3 * row, lanes)
    if (has(flags, CellFlag.hasBias)) {
      i = f32x4.add(i, loadLanes(bias, lanes))
      f = f32x4.add(f, loadLanes(bias + row, lanes))
      g = f32x4.add(g, loadLanes(bias + 2 * row, lanes))
      o = f32x4.add(o, loadLanes(bias + 3 * row, lanes))
    }
    i = activate(recurrent, i)
    f = activate(recurrent, f)
    g = activate(activation, g)
    o = activate(recurrent, o)
    const before = loadLanes(cellBefore, lanes)
    const c = f32x4.add(f32x4.mul(f, before), f32x4.mul(i, g))
    const s = activate(activation, c)
    const h = v128.bitselect(f32x4.mul(o, s), loadLanes(hiddenBefore, lanes), isUsed)
    storeLanes(gate, i, lanes)
    storeLanes(gate + row, f, lanes)
    storeLanes(gate + 2 * row, g, lanes)
    storeLanes(gate + 3 * row, o, lanes)
    storeLanes(squashed, s, lanes)
    if (output !== 0) {
      storeLanes(output, h, lanes)
      output += 16
    }
    if (hidden !== 0) {
      storeLanes(hidden, h, lanes)
      hidden += 16
    }
    if (cell !== 0) {
      storeLanes(cell, v128.bitselect(c, before, isUsed), lanes)
      cell += 16
    }
    gate += 16
    hiddenBefore += 16
    cellBefore += 16
    squashed += 16
    bias += 16
  }
}
