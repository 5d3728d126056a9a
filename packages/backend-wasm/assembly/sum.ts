import { address, integer } from './arguments'
import { get, put, shareStart } from './lanes'
import { scratch } from './scratch'

/** Elements of a row that are added in single precision before their sum is added in double. */
const BLOCK: i32 = 128
/** Rows that are added in single precision, likewise. */
const ROWS: i32 = 32
/** Columns of a unit of work. */
export const COLUMNS: i32 = 1024
/** Below this many columns several rows are taken for one. */
const NARROW: i32 = 64

/**
 * Sums of `[outer, reduced, inner]` over its middle, divided by a count: `out, x, outer, reduced, inner,
 * parts, count, tasks`. With more than one part it writes sums of parts of the rows, in double precision
 * and not divided, `[outer, parts, inner]`, for `addParts`.
 */
export function sum(args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const reduced = integer(args, 3)
  const inner = integer(args, 4)
  const parts = integer(args, 5)
  const count = <f64>integer(args, 6)
  const tasks = integer(args, 7)
  if (inner == 1 && parts == 1) {
    const last = shareStart(integer(args, 2), tasks, task + 1)
    for (let row = shareStart(integer(args, 2), tasks, task); row < last; row++) {
      const total = rowSum(x + ((<usize>row * reduced) << 2), reduced)
      store<f32>(out + ((<usize>row) << 2), <f32>(total / count))
    }
    return
  }
  const chunks = (inner + COLUMNS - 1) / COLUMNS
  const units = integer(args, 2) * parts * chunks
  const length = (reduced + parts - 1) / parts
  const end = shareStart(units, tasks, task + 1)
  for (let unit = shareStart(units, tasks, task); unit < end; unit++) {
    const place = unit / chunks
    const column = (unit - place * chunks) * COLUMNS
    const outer = place / parts
    const first = min((place - outer * parts) * length, reduced)
    const rows = min(length, reduced - first)
    const from = x + (((<usize>outer * reduced + first) * inner + column) << 2)
    const to = <usize>place * inner + column
    const columns = min(COLUMNS, inner - column)
    if (inner == 1) {
      const total = rowSum(from, rows)
      if (parts > 1) store<f64>(out + (to << 3), total)
      else store<f32>(out + (to << 2), <f32>(total / count))
    } else {
      const totals = columnSums(from, rows, inner, columns)
      for (let i = 0; i < columns; i++) {
        const total = load<f64>(totals + ((<usize>i) << 3))
        if (parts > 1) store<f64>(out + ((to + i) << 3), total)
        else store<f32>(out + ((to + i) << 2), <f32>(total / count))
      }
    }
  }
}

/** The second launch of a sum in parts: `out, sums of parts, outer, parts, inner, count`. */
export function addParts(args: usize): void {
  const out = address(args, 0)
  const sums = address(args, 1)
  const outer = integer(args, 2)
  const parts = integer(args, 3)
  const inner = integer(args, 4)
  const count = <f64>integer(args, 5)
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      let total: f64 = 0
      for (let part = 0; part < parts; part++) {
        total += load<f64>(sums + (((<usize>o * parts + part) * inner + i) << 3))
      }
      store<f32>(out + ((<usize>o * inner + i) << 2), <f32>(total / count))
    }
  }
}

/** The sum of elements that lie one after the other. */
function rowSum(x: usize, count: i32): f64 {
  let total = f64x2.splat(0)
  const end = x + ((<usize>count) << 2)
  const body = x + ((<usize>(count & ~7)) << 2)
  while (x < body) {
    const next = min(x + (BLOCK << 2), body)
    let even = f32x4.splat(0)
    let odd = f32x4.splat(0)
    for (; x < next; x += 32) {
      even = f32x4.add(even, v128.load(x))
      odd = f32x4.add(odd, v128.load(x, 16))
    }
    total = f64x2.add(total, inDouble(f32x4.add(even, odd)))
  }
  let result = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)
  for (; x < end; x += 4) result += <f64>load<f32>(x)
  return result
}

/** Sums of neighbouring lanes in double precision. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function inDouble(value: v128): v128 {
  const upper = v128.shuffle<i32>(value, value, 2, 3, 2, 3)
  return f64x2.add(f64x2.promote_low_f32x4(value), f64x2.promote_low_f32x4(upper))
}

/**
 * Sums of columns, in double precision, in this thread's memory. Narrow rows are taken several at a time
 * for one wide row, whose sums are then added to one another.
 */
function columnSums(x: usize, rows: i32, inner: i32, columns: i32): usize {
  const sums = scratch()
  const totals = sums + (COLUMNS << 2)
  const several = 4 * ((NARROW + 4 * inner - 1) / (4 * inner))
  const group = inner >= NARROW || rows < 4 * several ? 1 : several
  const wide = columns * group
  for (let i = 0; i < wide; i++) store<f64>(totals + ((<usize>i) << 3), 0)
  const groups = rows / group
  addRows(x, groups, <usize>(inner * group) << 2, wide, sums, totals)
  const left = rows - groups * group
  const rest = x + ((<usize>(groups * group) * inner) << 2)
  if (left > 0) addRows(rest, left, <usize>inner << 2, columns, sums, totals)
  for (let i = columns; i < wide; i++) {
    const to = totals + ((<usize>(i % columns)) << 3)
    store<f64>(to, load<f64>(to) + load<f64>(totals + ((<usize>i) << 3)))
  }
  return totals
}

/** Adds rows to totals in double precision. */
function addRows(
  x: usize,
  rows: i32,
  stride: usize,
  columns: i32,
  sums: usize,
  totals: usize,
): void {
  const body = columns & ~3
  for (let row = 0; row < rows; row += ROWS) {
    const count = min(ROWS, rows - row)
    const from = x + <usize>row * stride
    const rest = (<usize>body) << 2
    addBlock<v128>(from, count, stride, sums, rest)
    addBlock<f32>(from + rest, count, stride, sums + rest, (<usize>(columns - body)) << 2)
    for (let i = 0; i < columns; i++) {
      const to = totals + ((<usize>i) << 3)
      store<f64>(to, load<f64>(to) + <f64>load<f32>(sums + ((<usize>i) << 2)))
    }
  }
}

/** Sums of a few rows in single precision, four rows in one pass. */
function addBlock<T>(x: usize, rows: i32, stride: usize, sums: usize, bytes: usize): void {
  const step = sizeof<T>()
  for (let i: usize = 0; i < bytes; i += step) put<T>(sums + i, f32x4.splat(0))
  let row = 0
  for (; row + 4 <= rows; row += 4) {
    const third = x + 2 * stride
    for (let i: usize = 0; i < bytes; i += step) {
      const lower = f32x4.add(get<T>(x + i), get<T>(x + stride + i))
      const upper = f32x4.add(get<T>(third + i), get<T>(third + stride + i))
      put<T>(sums + i, f32x4.add(get<T>(sums + i), f32x4.add(lower, upper)))
    }
    x += 4 * stride
  }
  for (; row < rows; row++) {
    for (let i: usize = 0; i < bytes; i += step) {
      put<T>(sums + i, f32x4.add(get<T>(sums + i), get<T>(x + i)))
    }
    x += stride
  }
}
