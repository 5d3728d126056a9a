// The words of a pooling over `[n, d, h, w, c]`: batch, channels, then depth, height and width each of
// the input, the output, the window, the strides and the padding before, then tasks. An axis is 0 to 2.

import { integer } from './arguments'

// @ts-ignore: decorators are AssemblyScript's
@inline
export function batch(g: usize): i32 {
  return integer(g, 0)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function channels(g: usize): i32 {
  return integer(g, 1)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function inSize(g: usize, axis: i32): i32 {
  return integer(g, 2 + axis)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function outSize(g: usize, axis: i32): i32 {
  return integer(g, 5 + axis)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function windowSize(g: usize, axis: i32): i32 {
  return integer(g, 8 + axis)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function stride(g: usize, axis: i32): i32 {
  return integer(g, 11 + axis)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function before(g: usize, axis: i32): i32 {
  return integer(g, 14 + axis)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
export function tasksOf(g: usize): i32 {
  return integer(g, 17)
}

/** Where the window of an output begins, inside the image. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function windowStart(g: usize, axis: i32, out: i32): i32 {
  return max(0, out * stride(g, axis) - before(g, axis))
}

/** Where it ends. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function windowEnd(g: usize, axis: i32, out: i32): i32 {
  const start = out * stride(g, axis) - before(g, axis)
  return min(inSize(g, axis), start + windowSize(g, axis))
}
