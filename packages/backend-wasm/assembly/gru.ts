// A whole GRU layer per task, for a few sequences of the batch. Gates are in the order of Keras: update, reset,
// candidate; the reset gate scales the hidden state before its product (`resetAfter: false`).

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { activate } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { GROUP, multiplyRows } from './row-product'
import { copyRow, has, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: result, gates, hidden states before each step, the same scaled by the reset gate. Reads: projected
 * inputs, panels of the recurrent kernel for update and reset, those for the candidate, bias, first hidden
 * state, mask. Integers: batch, steps, units, sequences per task, flags, activation, recurrent activation.
 */
export function gru(args: usize, task: i32): void {
  const result = address(args, 0)
  const hiddens = address(args, 2)
  const batch = integer(args, 10)
  const steps = integer(args, 11)
  const units = integer(args, 12)
  const share = integer(args, 13)
  const flags = integer(args, 14)
  const first = task * share
  const last = min(first + share, batch)
  const row = <usize>units << 2

  const start = timeOf(0, steps, flags)
  for (let b = first; b < last; b++) {
    const given = has(flags, CellFlag.hasStates) ? address(args, 8) + <usize>b * row : 0
    copyRow(hiddens + <usize>(b * steps + start) * row, given, units)
  }
  for (let step = 0; step < steps; step++) {
    const time = timeOf(step, steps, flags)
    for (let b = first; b < last; b += GROUP) {
      multiplyGroup(args, hiddens, 5, 0, 2, min(last - b, GROUP), b * steps + time)
    }
    for (let b = first; b < last; b++) openGates(args, b * steps + time)
    for (let b = first; b < last; b += GROUP) {
      multiplyGroup(args, address(args, 3), 6, 2, 1, min(last - b, GROUP), b * steps + time)
    }
    for (let b = first; b < last; b++) {
      const outputs = result + <usize>(b * resultRows(steps, flags)) * row
      const isLast = step === steps - 1
      const next = hiddens + <usize>(b * steps + timeOf(step + 1, steps, flags)) * row
      let output: usize = 0
      if (has(flags, CellFlag.givesSequence)) output = outputs + <usize>step * row
      else if (isLast) output = outputs
      gruStep(args, b * steps + time, output, isLast ? 0 : next)
    }
  }
}

/** Adds the product of rows with panels to the projected inputs, for gates from the `gate`-th on. */
function multiplyGroup(
  args: usize,
  rows: usize,
  panels: i32,
  gate: usize,
  gateCount: i32,
  count: i32,
  at: i32,
): void {
  const units = integer(args, 12)
  const row = <usize>units << 2
  const sequence = row * <usize>integer(args, 11)
  const place = <usize>at * row
  multiplyRows(
    count,
    rows + place,
    sequence,
    units,
    address(args, panels),
    gateCount * units,
    address(args, 4) + 3 * place + gate * row,
    3 * sequence,
    address(args, 1) + 3 * place + gate * row,
    3 * sequence,
  )
}

/** Activates the update and reset gates of one step of one sequence, and scales the hidden state. */
function openGates(args: usize, at: i32): void {
  const units = integer(args, 12)
  const hasBias = has(integer(args, 14), CellFlag.hasBias)
  const recurrent = integer(args, 16)
  const row = <usize>units << 2
  const place = <usize>at * row
  let gate = address(args, 1) + 3 * place
  let hidden = address(args, 2) + place
  let scaled = address(args, 3) + place
  let bias = address(args, 7)
  for (let lanes = units; lanes > 0; lanes -= 4) {
    let z = loadLanes(gate, lanes)
    let r = loadLanes(gate + row, lanes)
    if (hasBias) {
      z = f32x4.add(z, loadLanes(bias, lanes))
      r = f32x4.add(r, loadLanes(bias + row, lanes))
    }
    r = activate(recurrent, r)
    storeLanes(gate, activate(recurrent, z), lanes)
    storeLanes(gate + row, r, lanes)
    storeLanes(scaled, f32x4.mul(r, loadLanes(hidden, lanes)), lanes)
    gate += 16
    hidden += 16
    scaled += 16
    bias += 16
  }
}

/** Activates the candidate of one step of one sequence. Places that are 0 are not written. */
function gruStep(args: usize, at: i32, output: usize, hidden: usize): void {
  const units = integer(args, 12)
  const flags = integer(args, 14)
  const activation = integer(args, 15)
  const row = <usize>units << 2
  const place = <usize>at * row
  let gate = address(args, 1) + 3 * place
  let before = address(args, 2) + place
  let bias = address(args, 7) + 2 * row
  const isUsed = usedAt(address(args, 9), at, flags)
  const one = f32x4.splat(1)
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const z = loadLanes(gate, lanes)
    let g = loadLanes(gate + 2 * row, lanes)
    if (has(flags, CellFlag.hasBias)) g = f32x4.add(g, loadLanes(bias, lanes))
    g = activate(activation, g)
    storeLanes(gate + 2 * row, g, lanes)
    const last = loadLanes(before, lanes)
    const mixed = f32x4.add(f32x4.mul(z, last), f32x4.mul(f32x4.sub(one, z), g))
    const h = v128.bitselect(mixed, last, isUsed)
    if (output !== 0) {
      storeLanes(output, h, lanes)
      output += 16
    }
    if (hidden !== 0) {
      storeLanes(hidden, h, lanes)
      hidden += 16
    }
    gate += 16
    before += 16
    bias += 16
  }
}
