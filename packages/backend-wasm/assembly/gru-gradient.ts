// The backward pass of a whole GRU layer per task, for a few sequences of the batch.

import { CellFlag } from '../src/engine/cell'
import { address, integer } from './arguments'
import { slopeAt } from './cell-activation'
import { loadLanes, storeLanes } from './partial-vector'
import { multiplyRows } from './row-product'
import { copyRow, has, resultRows, timeOf, usedAt } from './steps'

/**
 * Writes: gradients of the gates before their activation, of the first hidden state, memory for those of a step and
 * of the scaled hidden states (4 times the units for each sequence). Reads: gradient of the result, gates, hidden
 * states before each step, panels of the transposed recurrent kernel for update and reset, those for the
 * candidate, mask. Integers: as those of the forward pass.
 */
export function gruGradient(args: usize, task: i32): void {
  const result = address(args, 3)
  const batch = integer(args, 9)
  const steps = integer(args, 10)
  const units = integer(args, 11)
  const share = integer(args, 12)
  const flags = integer(args, 13)
  const first = task * share
  const count = min(share, batch - first)
  const row = <usize>units << 2
  const rows = <usize>resultRows(steps, flags) * row
  const hidden = address(args, 1) + <usize>first * row
  const scaled = address(args, 2) + 4 * <usize>first * row
  const slope = scaled + <usize>count * row
  const givesSequence = has(flags, CellFlag.givesSequence)

  for (let i: usize = 0; i < <usize>count; i++) {
    const output = result + (<usize>first + i) * rows
    copyRow(hidden + i * row, givesSequence ? 0 : output, units)
  }
  for (let step = steps - 1; step >= 0; step--) {
    const at = first * steps + timeOf(step, steps, flags)
    for (let i = 0; i < count; i++) {
      const output = result + <usize>(first + i) * rows + <usize>step * row
      const place = <usize>i * row
      candidateGradient(args, at + i * steps, hidden + place, slope + 3 * place, givesSequence ? output : 0)
    }
    const candidates = slope + 2 * row
    multiplyRows(count, candidates, 3 * row, units, address(args, 7), units, 0, 0, scaled, row)
    for (let i = 0; i < count; i++) {
      const place = <usize>i * row
      resetGradient(args, at + i * steps, hidden + place, scaled + place, slope + 3 * place)
    }
    multiplyRows(count, slope, 3 * row, 2 * units, address(args, 6), units, hidden, row, hidden, row)
  }
}

/** Gradients of candidate and update gate. What the hidden state passes on by itself remains in its place. */
function candidateGradient(args: usize, at: i32, hidden: usize, slope: usize, output: usize): void {
  const activation = integer(args, 14)
  const recurrent = integer(args, 15)
  const row = <usize>integer(args, 11) << 2
  const place = <usize>at * row
  let slopes = address(args, 0) + 3 * place
  let gate = address(args, 4) + 3 * place
  let before = address(args, 5) + place
  const isUsed = usedAt(address(args, 8), at, integer(args, 13))
  const one = f32x4.splat(1)
  for (let lanes = integer(args, 11); lanes > 0; lanes -= 4) {
    const z = loadLanes(gate, lanes)
    const g = loadLanes(gate + 2 * row, lanes)
    let dh = loadLanes(hidden, lanes)
    if (output !== 0) {
      dh = f32x4.add(dh, loadLanes(output, lanes))
      output += 16
    }
    const change = f32x4.sub(loadLanes(before, lanes), g)
    const dz = v128.and(f32x4.mul(f32x4.mul(dh, change), slopeAt(recurrent, z)), isUsed)
    const share = f32x4.mul(dh, f32x4.sub(one, z))
    const dg = v128.and(f32x4.mul(share, slopeAt(activation, g)), isUsed)
    storeLanes(slope, dz, lanes)
    storeLanes(slopes, dz, lanes)
    storeLanes(slope + 2 * row, dg, lanes)
    storeLanes(slopes + 2 * row, dg, lanes)
    storeLanes(hidden, v128.bitselect(f32x4.mul(dh, z), dh, isUsed), lanes)
    slope += 16
    slopes += 16
    hidden += 16
    gate += 16
    before += 16
  }
}

/** Gradient of the reset gate, from that of the scaled hidden state. */
function resetGradient(args: usize, at: i32, hidden: usize, scaled: usize, slope: usize): void {
  const recurrent = integer(args, 15)
  const row = <usize>integer(args, 11) << 2
  const place = <usize>at * row
  let slopes = address(args, 0) + 3 * place + row
  let gate = address(args, 4) + 3 * place + row
  let before = address(args, 5) + place
  slope += row
  const isUsed = usedAt(address(args, 8), at, integer(args, 13))
  for (let lanes = integer(args, 11); lanes > 0; lanes -= 4) {
    const r = loadLanes(gate, lanes)
    const ds = v128.and(loadLanes(scaled, lanes), isUsed)
    const product = f32x4.mul(ds, loadLanes(before, lanes))
    const dr = v128.and(f32x4.mul(product, slopeAt(recurrent, r)), isUsed)
    storeLanes(slope, dr, lanes)
    storeLanes(slopes, dr, lanes)
    storeLanes(hidden, f32x4.add(loadLanes(hidden, lanes), f32x4.mul(ds, r)), lanes)
    slope += 16
    slopes += 16
    hidden += 16
    scaled += 16
    gate += 16
    before += 16
  }
}
