import { address, float, integer } from './arguments'
import { get, put, shareStart } from './lanes'
import { exp4, log4 } from './math'
import { scratch } from './scratch'

// Words of a normalization among neighbouring channels, behind the addresses: pixels, channels, radius,
// tasks, bias, alpha, beta. Rows of channels in scratch have zeros before and after them, as many as the
// radius.

/** `x / (bias + alpha * sum of x^2 near the channel)^beta`: `out, x` and the words above. */
export function localResponse(args: usize, task: i32): void {
  const words = args + 8
  const bytes = (<usize>integer(words, 1)) << 2
  const last = shareStart(integer(words, 0), integer(words, 3), task + 1)
  for (let pixel = shareStart(integer(words, 0), integer(words, 3), task); pixel < last; pixel++) {
    const place = <usize>pixel * bytes
    const x = address(args, 1) + place
    const squares = padded(words, 0)
    squareRow(squares, x, bytes)
    const body = bytes & ~15
    const out = address(args, 0) + place
    for (let c: usize = 0; c < body; c += 16) {
      put<v128>(out + c, f32x4.mul(get<v128>(x + c), power(words, norm<v128>(words, squares + c))))
    }
    for (let c = body; c < bytes; c += 4) {
      put<f32>(out + c, f32x4.mul(get<f32>(x + c), power(words, norm<f32>(words, squares + c))))
    }
  }
}

/** The gradient by `x`: `dx, x, y, dy` and the words above. */
export function localResponseGradient(args: usize, task: i32): void {
  const words = args + 16
  const bytes = (<usize>integer(words, 1)) << 2
  const body = bytes & ~15
  const last = shareStart(integer(words, 0), integer(words, 3), task + 1)
  for (let pixel = shareStart(integer(words, 0), integer(words, 3), task); pixel < last; pixel++) {
    const place = <usize>pixel * bytes
    const squares = padded(words, 0)
    const shares = padded(words, 1)
    squareRow(squares, address(args, 1) + place, bytes)
    for (let c: usize = 0; c < body; c += 16) share<v128>(args, place + c, squares + c, shares + c)
    for (let c = body; c < bytes; c += 4) share<f32>(args, place + c, squares + c, shares + c)
    for (let c: usize = 0; c < body; c += 16) slope<v128>(args, place + c, squares + c, shares + c)
    for (let c = body; c < bytes; c += 4) slope<f32>(args, place + c, squares + c, shares + c)
  }
}

/** What a channel hands to its neighbours: `dy * y / norm`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function share<T>(args: usize, place: usize, squares: usize, shares: usize): void {
  const product = f32x4.mul(get<T>(address(args, 3) + place), get<T>(address(args, 2) + place))
  put<T>(shares, f32x4.div(product, norm<T>(args + 16, squares)))
}

/** `dy * norm^-beta - 2 alpha beta x * (shares of the neighbours)`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function slope<T>(args: usize, place: usize, squares: usize, shares: usize): void {
  const words = args + 16
  const direct = f32x4.mul(get<T>(address(args, 3) + place), power(words, norm<T>(words, squares)))
  const factor = f32x4.splat(2 * float(words, 5) * float(words, 6))
  const scaled = f32x4.mul(factor, get<T>(address(args, 1) + place))
  const indirect = f32x4.mul(scaled, nearSum<T>(words, shares))
  put<T>(address(args, 0) + place, f32x4.sub(direct, indirect))
}

/** The first channel of row `index` in scratch, between zeros. */
function padded(words: usize, index: usize): usize {
  const radius = (<usize>integer(words, 2)) << 2
  const bytes = (<usize>integer(words, 1)) << 2
  const start = scratch() + index * (bytes + 2 * radius)
  memory.fill(start, 0, radius)
  memory.fill(start + radius + bytes, 0, radius)
  return start + radius
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function squareRow(squares: usize, x: usize, bytes: usize): void {
  for (let c: usize = 0; c < bytes; c += 4) {
    const value = load<f32>(x + c)
    store<f32>(squares + c, value * value)
  }
}

/** The sum over the neighbours of channels, themselves included. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function nearSum<T>(words: usize, row: usize): v128 {
  const radius = (<usize>integer(words, 2)) << 2
  let sum = f32x4.splat(0)
  for (let at = row - radius; at <= row + radius; at += 4) sum = f32x4.add(sum, get<T>(at))
  return sum
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function norm<T>(words: usize, squares: usize): v128 {
  const scaled = f32x4.mul(f32x4.splat(float(words, 5)), nearSum<T>(words, squares))
  return f32x4.add(f32x4.splat(float(words, 4)), scaled)
}

/** `norm^-beta`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function power(words: usize, value: v128): v128 {
  return exp4(f32x4.mul(f32x4.splat(-float(words, 6)), log4(value)))
}
