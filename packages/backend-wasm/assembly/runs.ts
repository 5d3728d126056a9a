// Runs of a patch: values that lie side by side, in order.

import { integer } from './arguments'
import { CHANNELS, DELTA, LINE, PIECES, PLANE, TAPS, X, Y } from './patch-words'
import { scratch } from './scratch'

/** Values of a patch that lie side by side. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function runLength(args: usize): i32 {
  const channels = integer(args, CHANNELS)
  return integer(args, X + DELTA) === 1 ? channels * integer(args, X + TAPS) : channels
}

/** Where a run begins, in bytes from the pixel's patch. */
export function runOffset(args: usize, run: i32): usize {
  let offset: usize = 0
  if (integer(args, X + DELTA) !== 1) {
    const taps = integer(args, X + TAPS)
    const pixel = <usize>integer(args, CHANNELS) << 2
    offset = <usize>((run % taps) * integer(args, X + DELTA)) * pixel
    run /= taps
  }
  const taps = integer(args, Y + TAPS)
  offset += <usize>((run % taps) * integer(args, Y + DELTA)) * load<u32>(scratch(), LINE)
  return offset + <usize>(run / taps) * load<u32>(scratch(), PLANE)
}

/** Writes the runs of a part of the patches. @returns how many there are */
export function writePieces(args: usize, first: i32, end: i32): i32 {
  const length = runLength(args)
  let piece = scratch() + PIECES
  let count = 0
  for (let k = first; k < end; count++) {
    const run = k / length
    const size = min((run + 1) * length, end) - k
    const from = runOffset(args, run) + (<usize>(k - run * length) << 2)
    store<u32>(piece, <u32>from)
    store<u32>(piece, <u32>(from + (<usize>size << 2)), 4)
    piece += 8
    k += size
  }
  return count
}
