// The backward pass of a whole GRU layer per task, for a few sequences of the batch.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { slopeAt } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { GROUP, multiplyRows } from './row-product'
import { copyRow, has, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: gradients of the gates before their activation, of the first hidden state, memory for those of the
 * scaled hidden states. Reads: gradient of the result, gates, hidden states before each step, panels of the
 * transposed recurrent kernel for update and reset, those for the candidate, mask. Integers: as those of the
 * forward pass.
 */
export function gruGradient(args: usize, task: i32): void {
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
  const givesSequence = has(flags, CellFlag.givesSequence)

  for (let b = first; b < last; b++) {
    const output = givesSequence ? 0 : result + <usize>b * rows
    copyRow(address(args, 1) + <usize>b * row, output, units)
  }
  for (let step = steps - 1; step >= 0; step--) {
    const time = timeOf(step, steps, flags)
    for (let b = first; b < last; b++) {
      const output = result + <usize>b * rows + <usize>step * row
      candidateGradient(args, b, b * steps + time, givesSequence ? output : 0)
    }
    for (let b = first; b < last; b += GROUP) {
      const count = min(last - b, GROUP)
      const slope = slopes + 3 * <usize>(b * steps + time) * row
      const scaled = address(args, 2) + <usize>b * row
      const step3 = 3 * row * <usize>steps
      multiplyRows(count, slope + 2 * row, step3, units, address(args, 7), units, 0, 0, scaled, row)
      for (let i = 0; i < count; i++) resetGradient(args, b + i, (b + i) * steps + time)
      const hidden = address(args, 1) + <usize>b * row
      multiplyRows(count, slope, step3, 2 * units, address(args, 6), units, hidden, row, hidden, row)
    }
  }
}

/** Gradients of candidate and update gate. What the hidden state passes on by itself remains in its place. */
function candidateGradient(args: usize, b: i32, at: i32, output: usize): void {
  const units = integer(args, 11)
  const activation = integer(args, 14)
  const recurrent = integer(args, 15)
  const row = <usize>units << 2
  const place = <usize>at * row
  let slope = address(args, 0) + 3 * place
  let hidden = address(args, 1) + <usize>b * row
  let gate = address(args, 4) + 3 * place
  let before = address(args, 5) + place
  const isUsed = usedAt(address(args, 8), at, integer(args, 13))
  const one = f32x4.splat(1)
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const z = loadLanes(gate, lanes)
    const g = loadLanes(gate + 2 * row, lanes)
    let dh = loadLanes(hidden, lanes)
    if (output !== 0) {
      dh = f32x4.add(dh, loadLanes(output, lanes))
      output += 16
    }
    const change = f32x4.sub(loadLanes(before, lanes), g)
    const dz = f32x4.mul(f32x4.mul(dh, change), slopeAt(recurrent, z))
    const dg = f32x4.mul(f32x4.mul(dh, f32x4.sub(one, z)), slopeAt(activation, g))
    storeLanes(slope, v128.and(dz, isUsed), lanes)
    storeLanes(slope + 2 * row, v128.and(dg, isUsed), lanes)
    storeLanes(hidden, v128.bitselect(f32x4.mul(dh, z), dh, isUsed), lanes)
    slope += 16
    hidden += 16
    gate += 16
    before += 16
  }
}

/** Gradient of the reset gate, from that of the scaled hidden state. */
function resetGradient(args: usize, b: i32, at: i32): void {
  const units = integer(args, 11)
  const recurrent = integer(args, 15)
  const row = <usize>units << 2
  const place = <usize>at * row
  let slope = address(args, 0) + 3 * place + row
  let hidden = address(args, 1) + <usize>b * row
  let scaled = address(args, 2) + <usize>b * row
  let gate = address(args, 4) + 3 * place + row
  let before = address(args, 5) + place
  const isUsed = usedAt(address(args, 8), at, integer(args, 13))
  for (let lanes = units; lanes > 0; lanes -= 4) {
    const r = loadLanes(gate, lanes)
    const ds = v128.and(loadLanes(scaled, lanes), isUsed)
    const dr = f32x4.mul(f32x4.mul(ds, loadLanes(before, lanes)), slopeAt(recurrent, r))
    storeLanes(slope, v128.and(dr, isUsed), lanes)
    storeLanes(hidden, f32x4.add(loadLanes(hidden, lanes), f32x4.mul(ds, r)), lanes)
    slope += 16
    hidden += 16
    scaled += 16
    gate += 16
    before += 16
  }
}
