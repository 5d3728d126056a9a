import { address } from './arguments'
import { get, put, shareStart } from './lanes'
import {
  batch,
  before,
  channels,
  inSize,
  outSize,
  stride,
  tasksOf,
  windowSize,
} from './pool-geometry'

/**
 * The gradient of means, each of a whole window: every pixel gets the sum over the windows that cover it,
 * divided by the size of a window. `dx, dy`, the words of `pool-geometry`; a unit of work is a row of
 * the input.
 */
export function averageGradient(args: usize, task: i32): void {
  const dx = address(args, 0)
  const dy = address(args, 1)
  const g = args + 8
  const units = batch(g) * inSize(g, 0) * inSize(g, 1)
  const last = shareStart(units, tasksOf(g), task + 1)
  const pixel = (<usize>channels(g)) << 2
  for (let row = shareStart(units, tasksOf(g), task); row < last; row++) {
    const slice = row / inSize(g, 1)
    const y = row - slice * inSize(g, 1)
    const image = slice / inSize(g, 0)
    const z = slice - image * inSize(g, 0)
    const z0 = firstCover(g, 0, z)
    const y0 = firstCover(g, 1, y)
    const depth = coverEnd(g, 0, z) - z0
    const height = coverEnd(g, 1, y) - y0
    const corner = ((<usize>image * outSize(g, 0) + z0) * outSize(g, 1) + y0) * outSize(g, 2)
    for (let x = 0; x < inSize(g, 2); x++) {
      const x0 = firstCover(g, 2, x)
      const width = coverEnd(g, 2, x) - x0
      const from = dy + (corner + x0) * pixel
      spread(dx + (<usize>row * inSize(g, 2) + x) * pixel, from, g, depth, height, width, pixel)
    }
  }
}

/** The first output whose window reaches a place. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function firstCover(g: usize, axis: i32, place: i32): i32 {
  const reach = place + before(g, axis) - windowSize(g, axis)
  return reach < 0 ? 0 : reach / stride(g, axis) + 1
}

/** The output behind the last one whose window reaches a place. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function coverEnd(g: usize, axis: i32, place: i32): i32 {
  const reach = place + before(g, axis)
  return reach < 0 ? 0 : min(outSize(g, axis), reach / stride(g, axis) + 1)
}

/** One pixel, all channels. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function spread(
  dx: usize,
  dy: usize,
  g: usize,
  depth: i32,
  height: i32,
  width: i32,
  pixel: usize,
): void {
  const line = <usize>outSize(g, 2) * pixel
  const plane = <usize>outSize(g, 1) * line
  const size = <f32>(windowSize(g, 0) * windowSize(g, 1) * windowSize(g, 2))
  const body = pixel & ~15
  for (let c: usize = 0; c < body; c += 16) {
    const sum = covering<v128>(dy + c, depth, height, width, plane, line, pixel)
    put<v128>(dx + c, f32x4.div(sum, f32x4.splat(size)))
  }
  for (let c = body; c < pixel; c += 4) {
    const sum = covering<f32>(dy + c, depth, height, width, plane, line, pixel)
    put<f32>(dx + c, f32x4.div(sum, f32x4.splat(size)))
  }
}

/** The sum of `dy` over a box of outputs. */
function covering<T>(
  dy: usize,
  depth: i32,
  height: i32,
  width: i32,
  plane: usize,
  line: usize,
  pixel: usize,
): v128 {
  let sum = f32x4.splat(0)
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      let at = dy + <usize>z * plane + <usize>y * line
      const rowEnd = at + <usize>max(0, width) * pixel
      for (; at < rowEnd; at += pixel) sum = f32x4.add(sum, get<T>(at))
    }
  }
  return sum
}
