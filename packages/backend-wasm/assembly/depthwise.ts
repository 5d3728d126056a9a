import { address, float, integer } from './arguments'
import {
  CHANNELS,
  DILATION_X,
  DILATION_Y,
  FILTER_HEIGHT,
  FILTER_WIDTH,
  FLAGS,
  HEIGHT,
  LEFT,
  MULTIPLIER,
  OUT_HEIGHT,
  OUT_WIDTH,
  ROWS,
  SLOPE,
  spread,
  STRIDE_X,
  STRIDE_Y,
  TAPS,
  TASK_ROWS,
  TOP,
  WIDTH,
  writeChannels,
} from './depthwise-words'
import { loadLanes, storeLanes } from './partial-vector'
import { scratch } from './scratch'
import { activated, ACTIVATION_SHIFT, HAS_BIAS } from './tile'

/**
 * `out = activation(depthwise(x, filter) + bias)`; taps outside the image are skipped. Words: out,
 * x, filter, bias; those of `depthwise-words.ts`, flags as of a tile; slope.
 */
export function depthwise(args: usize, task: i32): void {
  const channels = integer(args, CHANNELS)
  const outChannels = channels * integer(args, MULTIPLIER)
  const width = integer(args, OUT_WIDTH)
  const height = integer(args, OUT_HEIGHT)
  const image = <usize>(integer(args, HEIGHT) * integer(args, WIDTH) * channels) << 2
  const first = task * integer(args, TASK_ROWS)
  const last = min(first + integer(args, TASK_ROWS), integer(args, ROWS))
  writeChannels(args)
  let out = address(args, 0) + ((<usize>first * width * outChannels) << 2)
  for (let row = first; row < last; row++) {
    const x = address(args, 1) + image * <usize>(row / height)
    for (let column = 0; column < width; column++) {
      const count = seenByOutput(args, row % height, column)
      for (let k = 0; k < outChannels; k += 4) {
        const lanes = min(outChannels - k, 4)
        const sum = sumOfTaps(args, x, address(args, 2), count, <usize>k << 2, lanes)
        storeLanes(out + (<usize>k << 2), finished(args, sum, <usize>k << 2, lanes), lanes)
      }
      out += <usize>outChannels << 2
    }
  }
}

/** Lists the taps of an output that are inside the image. @returns how many */
function seenByOutput(args: usize, row: i32, column: i32): i32 {
  const channels = integer(args, CHANNELS)
  const outChannels = channels * integer(args, MULTIPLIER)
  let tap = scratch() + TAPS
  let count = 0
  for (let fy = 0; fy < integer(args, FILTER_HEIGHT); fy++) {
    const y = row * integer(args, STRIDE_Y) + fy * integer(args, DILATION_Y) - integer(args, TOP)
    if (y < 0 || y >= integer(args, HEIGHT)) continue
    let x = column * integer(args, STRIDE_X) - integer(args, LEFT)
    for (let fx = 0; fx < integer(args, FILTER_WIDTH); fx++) {
      if (x >= 0 && x < integer(args, WIDTH)) {
        store<u32>(tap, (y * integer(args, WIDTH) + x) * (channels << 2))
        store<u32>(tap, (fy * integer(args, FILTER_WIDTH) + fx) * (outChannels << 2), 4)
        tap += 8
        count++
      }
      x += integer(args, DILATION_X)
    }
  }
  return count
}

/** The sum over the listed taps for four output channels. */
function sumOfTaps(args: usize, x: usize, filter: usize, count: i32, k: usize, lanes: i32): v128 {
  let tap = scratch() + TAPS
  let sum = f32x4.splat(0)
  if (integer(args, MULTIPLIER) > 1) {
    for (let i = 0; i < count; i++, tap += 8) {
      const values = spread(x + load<u32>(tap), k, lanes)
      const weights = loadLanes(filter + load<u32>(tap, 4) + k, lanes)
      sum = f32x4.add(sum, f32x4.mul(values, weights))
    }
    return sum
  }
  x += k
  filter += k
  if (lanes === 4) {
    for (let i = 0; i < count; i++, tap += 8) {
      const values = v128.load(x + load<u32>(tap))
      sum = f32x4.add(sum, f32x4.mul(values, v128.load(filter + load<u32>(tap, 4))))
    }
    return sum
  }
  for (let i = 0; i < count; i++, tap += 8) {
    const values = loadLanes(x + load<u32>(tap), lanes)
    sum = f32x4.add(sum, f32x4.mul(values, loadLanes(filter + load<u32>(tap, 4), lanes)))
  }
  return sum
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function finished(args: usize, sum: v128, k: usize, lanes: i32): v128 {
  const flags = integer(args, FLAGS)
  if ((flags & HAS_BIAS) !== 0) sum = f32x4.add(sum, loadLanes(address(args, 3) + k, lanes))
  return activated(sum, flags >> ACTIVATION_SHIFT, float(args, SLOPE))
}

/**
 * The gradient by the input: `dx` from `dy` and the filter, each input collecting the outputs that
 * saw it. Words: dx, dy, filter, filter; those of `depthwise-words.ts`, whose rows are those of the
 * input.
 */
export function depthwiseInput(args: usize, task: i32): void {
  const channels = integer(args, CHANNELS)
  const multiplier = integer(args, MULTIPLIER)
  const width = integer(args, WIDTH)
  const height = integer(args, HEIGHT)
  const outputs = integer(args, OUT_HEIGHT) * integer(args, OUT_WIDTH)
  const image = <usize>(outputs * channels * multiplier) << 2
  const first = task * integer(args, TASK_ROWS)
  const last = min(first + integer(args, TASK_ROWS), integer(args, ROWS))
  const filter = address(args, 2)
  let dx = address(args, 0) + ((<usize>first * width * channels) << 2)
  for (let row = first; row < last; row++) {
    const dy = address(args, 1) + image * <usize>(row / height)
    for (let column = 0; column < width; column++) {
      const count = seenByInput(args, row % height, column)
      if (multiplier === 1) {
        for (let c = 0; c < channels; c += 4) {
          const lanes = min(channels - c, 4)
          const sum = sumOfTaps(args, dy, filter, count, <usize>c << 2, lanes)
          storeLanes(dx + (<usize>c << 2), sum, lanes)
        }
      } else {
        for (let c = 0; c < channels; c++) {
          const k = <usize>(c * multiplier) << 2
          store<f32>(dx + (<usize>c << 2), sumOfChannel(dy + k, filter + k, count, multiplier))
        }
      }
      dx += <usize>channels << 2
    }
  }
}

/** Lists the outputs that see an input. @returns how many */
function seenByInput(args: usize, row: i32, column: i32): i32 {
  const outBytes = (integer(args, CHANNELS) * integer(args, MULTIPLIER)) << 2
  let tap = scratch() + TAPS
  let count = 0
  for (let fy = 0; fy < integer(args, FILTER_HEIGHT); fy++) {
    const down = row + integer(args, TOP) - fy * integer(args, DILATION_Y)
    const y = down / integer(args, STRIDE_Y)
    if (down < 0 || y * integer(args, STRIDE_Y) !== down || y >= integer(args, OUT_HEIGHT)) continue
    for (let fx = 0; fx < integer(args, FILTER_WIDTH); fx++) {
      const across = column + integer(args, LEFT) - fx * integer(args, DILATION_X)
      const x = across / integer(args, STRIDE_X)
      if (across < 0 || x * integer(args, STRIDE_X) !== across) continue
      if (x >= integer(args, OUT_WIDTH)) continue
      store<u32>(tap, (y * integer(args, OUT_WIDTH) + x) * outBytes)
      store<u32>(tap, (fy * integer(args, FILTER_WIDTH) + fx) * outBytes, 4)
      tap += 8
      count++
    }
  }
  return count
}

/** The sum over the listed taps and the outputs of one input channel. */
function sumOfChannel(dy: usize, filter: usize, count: i32, multiplier: i32): f32 {
  let tap = scratch() + TAPS
  let sum: f32 = 0
  for (let i = 0; i < count; i++, tap += 8) {
    const from = dy + load<u32>(tap)
    const weights = filter + load<u32>(tap, 4)
    for (let q: usize = 0; q < <usize>multiplier << 2; q += 4) {
      sum += load<f32>(from + q) * load<f32>(weights + q)
    }
  }
  return sum
}
