import { address, argumentWords, float, integer } from './arguments'
import { firstMoment, get, put, scalar, secondMoment } from './optimizer-vectors'

/** Bytes of a block of squares that is summed in single precision. */
const BLOCK: usize = 4096
const SCALARS = 4

/** Reads and writes moments only. Scalars: 1 - beta1, beta2, 1 - beta2. */
export function lambMoments(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  for (let i = at; i < at + bytes; i += 16) {
    const gradient = get(r, 2, i)
    put(w, 0, i, firstMoment(get(r, 0, i), gradient, scalar(s, 0)))
    put(w, 1, i, secondMoment(get(r, 1, i), gradient, scalar(s, 1), scalar(s, 2)))
  }
}

/**
 * One variable: the way to go, times the trust ratio. Arguments: the addresses of all results; of each
 * variable's value and moments; sizes; for each variable both bias corrections (the second one's root),
 * epsilon and the weight decay.
 */
export function lambDirection(args: usize, task: i32): void {
  const count = argumentWords(args) / (5 + SCALARS)
  const r = args + ((<usize>(count + 3 * task)) << 2)
  const bytes = (<usize>integer(args, 4 * count + task)) << 2
  const s = args + ((<usize>(5 * count + SCALARS * task)) << 2)
  const out = address(args, task)
  const value = address(r, 0)
  writeWay(out, value, address(r, 1), address(r, 2), bytes, s)
  const ofValue = norm(value, bytes)
  const ofWay = norm(out, bytes)
  const ratio: f32 = ofValue == 0 || ofWay == 0 ? 1 : <f32>(ofValue / ofWay)
  for (let i: usize = 0; i < bytes; i += 4) store<f32>(out + i, load<f32>(out + i) * ratio)
}

function writeWay(
  out: usize,
  value: usize,
  first: usize,
  second: usize,
  bytes: usize,
  s: usize,
): void {
  const bias = float(s, 0)
  const root = float(s, 1)
  const epsilon = float(s, 2)
  const decay = float(s, 3)
  for (let i: usize = 0; i < bytes; i += 4) {
    const width = sqrt<f32>(load<f32>(second + i)) / root + epsilon
    store<f32>(out + i, load<f32>(first + i) / bias / width + load<f32>(value + i) * decay)
  }
}

/** The L2 norm: squares in single precision within a block, blocks in double. */
function norm(values: usize, bytes: usize): f64 {
  let sum: f64 = 0
  for (let begin: usize = 0; begin < bytes; begin += BLOCK) {
    const end = min(begin + BLOCK, bytes)
    const whole = begin + ((end - begin) & ~15)
    let lanes = f32x4.splat(0)
    for (let i = begin; i < whole; i += 16) {
      const four = v128.load(values + i)
      lanes = f32x4.add(lanes, f32x4.mul(four, four))
    }
    let rest: f32 = 0
    for (let i = whole; i < end; i += 4) {
      const one = load<f32>(values + i)
      rest += one * one
    }
    sum += <f64>(f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1))
    sum += <f64>(f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
    sum += <f64>rest
  }
  return sqrt<f64>(sum)
}
