// The filter of a convolution in panels of 8 columns, `[k][8]`, one panel after the other.

import { address, integer } from './arguments'
import { packColumns, packRows, WIDTH } from './panels'

// words: panels, filter, then
const IN_CHANNELS: i32 = 2
const OUT_CHANNELS: i32 = 3
const IS_TURNED: i32 = 4
const TASK_PANELS: i32 = 5
const Z: i32 = 6
const Y: i32 = 10
const X: i32 = 14

// words of an axis
const SIZE: i32 = 0
const TAPS: i32 = 1
const FIRST: i32 = 2
const STEP: i32 = 3

/**
 * Packs `[fz, fy, fx, c, d]`: k goes through taps and c, and the columns are d; turned, k goes
 * through taps and d, and the columns are c. Per axis the taps are `first + t * step`. Words:
 * panels, filter; c, d, turned, panels per task, and per axis: size, taps, first, step.
 */
export function packFilter(args: usize, task: i32): void {
  const isTurned = integer(args, IS_TURNED) !== 0
  const inChannels = integer(args, IN_CHANNELS)
  const outChannels = integer(args, OUT_CHANNELS)
  const columns = isTurned ? inChannels : outChannels
  const depth = isTurned ? outChannels : inChannels
  const tapBytes = <usize>(inChannels * outChannels) << 2
  const step = <usize>outChannels << 2
  const inner = integer(args, Z + TAPS) * integer(args, Y + TAPS) * integer(args, X + TAPS) * depth
  const first = task * integer(args, TASK_PANELS) * WIDTH
  const last = min(first + integer(args, TASK_PANELS) * WIDTH, columns)
  for (let column = first; column < last; column += WIDTH) {
    const width = min(columns - column, WIDTH)
    let panel = address(args, 0) + ((<usize>column * inner) << 2)
    for (let z = 0; z < integer(args, Z + TAPS); z++) {
      for (let y = 0; y < integer(args, Y + TAPS); y++) {
        for (let x = 0; x < integer(args, X + TAPS); x++) {
          const plane = place(args, Z, z) * integer(args, Y + SIZE) + place(args, Y, y)
          const tap = plane * integer(args, X + SIZE) + place(args, X, x)
          const from = address(args, 1) + tapBytes * <usize>tap
          if (isTurned) packColumns(from + step * <usize>column, step, depth, width, panel)
          else packRows(from + (<usize>column << 2), step, depth, width, panel)
          panel += <usize>depth << 5
        }
      }
    }
  }
}

/** Where a tap is in the filter. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function place(args: usize, axis: i32, tap: i32): i32 {
  return integer(args, axis + FIRST) + tap * integer(args, axis + STEP)
}
