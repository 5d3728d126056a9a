import { address, integer } from './arguments'
import {
  CHANNELS,
  DILATION_X,
  DILATION_Y,
  FILTER_HEIGHT,
  FILTER_WIDTH,
  HEIGHT,
  LEFT,
  MULTIPLIER,
  OUT_HEIGHT,
  OUT_WIDTH,
  ROWS,
  spread,
  STRIDE_X,
  STRIDE_Y,
  TASK_ROWS,
  TOP,
  WIDTH,
  writeChannels,
} from './depthwise-words'
import { loadLanes, storeLanes } from './partial-vector'

/**
 * The gradient by the filter: a task sums over its rows of outputs, `[fh, fw, c * multiplier]`.
 * Words: sums, x, dy, dy; those of `depthwise-words.ts`.
 */
export function depthwiseFilter(args: usize, task: i32): void {
  const height = integer(args, OUT_HEIGHT)
  const width = integer(args, WIDTH)
  const pixel = <usize>integer(args, CHANNELS) << 2
  const outChannels = integer(args, CHANNELS) * integer(args, MULTIPLIER)
  const outPixel = <usize>outChannels << 2
  const taps = <usize>(integer(args, FILTER_HEIGHT) * integer(args, FILTER_WIDTH))
  const sums = address(args, 0) + <usize>task * taps * outPixel
  const first = task * integer(args, TASK_ROWS)
  const last = min(first + integer(args, TASK_ROWS), integer(args, ROWS))
  const strideX = integer(args, STRIDE_X)
  writeChannels(args)
  memory.fill(sums, 0, taps * outPixel)
  for (let row = first; row < last; row++) {
    const dy = address(args, 2) + outPixel * <usize>(row * integer(args, OUT_WIDTH))
    for (let fy = 0; fy < integer(args, FILTER_HEIGHT); fy++) {
      const down = (row % height) * integer(args, STRIDE_Y) - integer(args, TOP)
      const y = down + fy * integer(args, DILATION_Y)
      if (y < 0 || y >= integer(args, HEIGHT)) continue
      const line = (row / height) * integer(args, HEIGHT) + y
      const x = address(args, 1) + pixel * <usize>(line * width)
      for (let fx = 0; fx < integer(args, FILTER_WIDTH); fx++) {
        const offset = fx * integer(args, DILATION_X) - integer(args, LEFT)
        const from = offset < 0 ? (strideX - 1 - offset) / strideX : 0
        const inside = width - 1 - offset
        const end = inside < 0 ? 0 : min(integer(args, OUT_WIDTH), inside / strideX + 1)
        if (from >= end) continue
        const tap = <usize>(fy * integer(args, FILTER_WIDTH) + fx)
        const start = x + pixel * <usize>(from * strideX + offset)
        addRow(args, start, dy + outPixel * <usize>from, end - from, sums + tap * outPixel)
      }
    }
  }
}

/** Adds the products of a row of inputs and outputs, channel by channel. */
function addRow(args: usize, x: usize, dy: usize, count: i32, sums: usize): void {
  const outChannels = integer(args, CHANNELS) * integer(args, MULTIPLIER)
  const step = <usize>(integer(args, CHANNELS) * integer(args, STRIDE_X)) << 2
  const outStep = <usize>outChannels << 2
  const isSpread = integer(args, MULTIPLIER) > 1
  for (let channel = 0; channel < outChannels; channel += 4) {
    const lanes = min(outChannels - channel, 4)
    const k = <usize>channel << 2
    let sum = f32x4.splat(0)
    let from = x
    let slope = dy + k
    if (isSpread) {
      for (let i = 0; i < count; i++, from += step, slope += outStep) {
        sum = f32x4.add(sum, f32x4.mul(spread(from, k, lanes), loadLanes(slope, lanes)))
      }
    } else {
      from += k
      for (let i = 0; i < count; i++, from += step, slope += outStep) {
        sum = f32x4.add(sum, f32x4.mul(loadLanes(from, lanes), loadLanes(slope, lanes)))
      }
    }
    storeLanes(sums + k, f32x4.add(loadLanes(sums + k, lanes), sum), lanes)
  }
}
