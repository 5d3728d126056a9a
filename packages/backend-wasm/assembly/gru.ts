// A whole GRU layer per task, for a few sequences of the batch. Gates are in the order of Keras: update, reset,
// candidate; the reset gate scales the hidden state before its product (`resetAfter: false`).

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { activateRow } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { multiplyRows } from './row-product'
import { copyRow, has, outputAt, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: result, gates, hidden states before each step, the same scaled by the reset gate, memory for the states
 * and gates of a step (5 times the units for each sequence). Reads: projected inputs, panels of the recurrent
 * kernel for update and reset, those for the candidate, bias, first hidden state, mask. Integers: batch, steps,
 * units, sequences per task, flags, activation, recurrent activation.
 */
export function gru(args: usize, task: i32): void {
  const result = address(args, 0)
  const batch = integer(args, 11)
  const steps = integer(args, 12)
  const units = integer(args, 13)
  const share = integer(args, 14)
  const flags = integer(args, 15)
  const first = task * share
  const count = min(share, batch - first)
  const row = <usize>units << 2
  const hidden = address(args, 4) + 5 * <usize>first * row
  const scaled = hidden + <usize>count * row
  const gate = scaled + <usize>count * row

  const given = address(args, 9) + <usize>first * row
  copyRow(hidden, has(flags, CellFlag.hasStates) ? given : 0, count * units)
  for (let step = 0; step < steps; step++) {
    const at = first * steps + timeOf(step, steps, flags)
    multiplyGates(args, count, hidden, address(args, 6), 0, 2, at, gate)
    for (let i = 0; i < count; i++) {
      const place = <usize>i * row
      openGates(args, at + i * steps, hidden + place, scaled + place, gate + 3 * place)
    }
    multiplyGates(args, count, scaled, address(args, 7), 2, 1, at, gate)
    for (let i = 0; i < count; i++) {
      const outputs = result + <usize>((first + i) * resultRows(steps, flags)) * row
      const output = outputAt(outputs, step, steps, row, flags)
      const place = <usize>i * row
      gruStep(args, at + i * steps, hidden + place, gate + 3 * place, output)
    }
  }
}

/** Adds the product of states with panels to the projected inputs, for the gates from `from` on. */
function multiplyGates(
  args: usize,
  rows: i32,
  states: usize,
  panels: usize,
  from: usize,
  gates: i32,
  at: i32,
  gate: usize,
): void {
  const units = integer(args, 13)
  const row = <usize>units << 2
  multiplyRows(
    rows,
    states,
    row,
    units,
    panels,
    gates * units,
    address(args, 5) + (3 * <usize>at + from) * row,
    3 * <usize>integer(args, 12) * row,
    gate + from * row,
    3 * row,
  )
}

/** Activates the update and reset gates of one step of one sequence, and scales the hidden state. */
function openGates(args: usize, at: i32, hidden: usize, scaled: usize, gate: usize): void {
  const units = integer(args, 13)
  const bias = has(integer(args, 15), CellFlag.hasBias) ? address(args, 8) : 0
  const row = <usize>units << 2
  const place = <usize>at * row
  const gates = address(args, 1) + 3 * place
  activateRow(integer(args, 17), gate, bias, gates, 2 * units)
  for (let i = 0; i < units; i += 4) {
    const lanes = units - i
    const unit = <usize>i << 2
    const reset = loadLanes(gates + row + unit, lanes)
    storeLanes(scaled + unit, f32x4.mul(reset, loadLanes(hidden + unit, lanes)), lanes)
  }
  copyRow(address(args, 3) + place, scaled, units)
}

/** Activates the candidate of one step of one sequence, whose state it replaces. No output is written where it is 0. */
function gruStep(args: usize, at: i32, hidden: usize, gate: usize, output: usize): void {
  const units = integer(args, 13)
  const flags = integer(args, 15)
  const row = <usize>units << 2
  const place = <usize>at * row
  const gates = address(args, 1) + 3 * place
  const candidates = gates + 2 * row
  const bias = has(flags, CellFlag.hasBias) ? address(args, 8) + 2 * row : 0
  const isUsed = usedAt(address(args, 10), at, flags)
  const one = f32x4.splat(1)
  copyRow(address(args, 2) + place, hidden, units)
  activateRow(integer(args, 16), gate + 2 * row, bias, candidates, units)
  for (let i = 0; i < units; i += 4) {
    const lanes = units - i
    const unit = <usize>i << 2
    const z = loadLanes(gates + unit, lanes)
    const before = loadLanes(hidden + unit, lanes)
    const change = f32x4.mul(f32x4.sub(one, z), loadLanes(candidates + unit, lanes))
    const h = f32x4.add(f32x4.mul(z, before), change)
    storeLanes(hidden + unit, v128.bitselect(h, before, isUsed), lanes)
  }
  if (output !== 0) copyRow(output, hidden, units)
}
