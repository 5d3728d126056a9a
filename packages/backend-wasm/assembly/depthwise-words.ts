// Words of a depthwise convolution of channels-last images; output channel k = c * multiplier + q
// is input channel c times a weight. Four addresses come first.

import { integer } from './arguments'
import { scratch } from './scratch'

export const HEIGHT: i32 = 4
export const WIDTH: i32 = 5
export const CHANNELS: i32 = 6
export const MULTIPLIER: i32 = 7
export const OUT_HEIGHT: i32 = 8
export const OUT_WIDTH: i32 = 9
export const STRIDE_Y: i32 = 10
export const STRIDE_X: i32 = 11
export const DILATION_Y: i32 = 12
export const DILATION_X: i32 = 13
export const TOP: i32 = 14
export const LEFT: i32 = 15
export const FILTER_HEIGHT: i32 = 16
export const FILTER_WIDTH: i32 = 17
/** Rows of all images, and rows per task. */
export const ROWS: i32 = 18
export const TASK_ROWS: i32 = 19
export const FLAGS: i32 = 20
export const SLOPE: i32 = 21

/** Pairs of words: where the values of a tap are and where its weights are, in bytes. */
export const TAPS: usize = 256 * 1024

/** Writes, for each output channel, where its input channel is, in bytes from the pixel. */
export function writeChannels(args: usize): void {
  const multiplier = integer(args, MULTIPLIER)
  let to = scratch()
  for (let c = 0; c < integer(args, CHANNELS); c++) {
    for (let q = 0; q < multiplier; q++) {
      store<u32>(to, <u32>c << 2)
      to += 4
    }
  }
}

/** Input values of four output channels, of which `lanes` exist. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function spread(pixel: usize, k: usize, lanes: i32): v128 {
  const table = scratch() + k
  let values = v128.load32_zero(pixel + load<u32>(table))
  if (lanes > 1) values = v128.load32_lane(pixel + load<u32>(table, 4), values, 1)
  if (lanes > 2) values = v128.load32_lane(pixel + load<u32>(table, 8), values, 2)
  if (lanes > 3) values = v128.load32_lane(pixel + load<u32>(table, 12), values, 3)
  return values
}
