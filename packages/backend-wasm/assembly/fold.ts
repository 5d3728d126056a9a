import { address, integer } from './arguments'
import { get, put, shareStart } from './lanes'
import { COLUMNS } from './sum'

/** How two values become one. `All` and `Any` are over bytes, the others over 4 bytes. */
export enum Fold {
  FloatMax,
  FloatMin,
  FloatProduct,
  IntMax,
  IntMin,
  IntProduct,
  IntSum,
  All,
  Any,
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function combined(kind: Fold, a: v128, b: v128): v128 {
  if (kind == Fold.FloatMax) return f32x4.max(a, b)
  if (kind == Fold.FloatMin) return f32x4.min(a, b)
  if (kind == Fold.FloatProduct) return f32x4.mul(a, b)
  if (kind == Fold.IntMax) return i32x4.max_s(a, b)
  if (kind == Fold.IntMin) return i32x4.min_s(a, b)
  if (kind == Fold.IntProduct) return i32x4.mul(a, b)
  if (kind == Fold.IntSum) return i32x4.add(a, b)
  if (kind == Fold.All) return i8x16.min_u(a, b)
  return i8x16.max_u(a, b)
}

/** The value that changes no other. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function neutral(kind: Fold): v128 {
  if (kind == Fold.FloatMax) return f32x4.splat(-Infinity)
  if (kind == Fold.FloatMin) return f32x4.splat(Infinity)
  if (kind == Fold.FloatProduct) return f32x4.splat(1)
  if (kind == Fold.IntMax) return i32x4.splat(i32.MIN_VALUE)
  if (kind == Fold.IntMin) return i32x4.splat(i32.MAX_VALUE)
  if (kind == Fold.IntProduct) return i32x4.splat(1)
  if (kind == Fold.IntSum) return i32x4.splat(0)
  if (kind == Fold.All) return i8x16.splat(1)
  return i8x16.splat(0)
}

/**
 * Folds `[outer, reduced, inner]` over its middle, parts of the rows each on their own, into
 * `[outer, parts, inner]`: `out, x, outer, reduced, inner, parts, tasks`. `T` is the type of an element.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function fold<T>(kind: Fold, args: usize, task: i32): void {
  const out = address(args, 0)
  const x = address(args, 1)
  const reduced = integer(args, 3)
  const inner = integer(args, 4)
  const parts = integer(args, 5)
  const tasks = integer(args, 6)
  if (inner == 1 && parts == 1) {
    const last = shareStart(integer(args, 2), tasks, task + 1)
    for (let row = shareStart(integer(args, 2), tasks, task); row < last; row++) {
      foldRow<T>(kind, out + row * sizeof<T>(), x + <usize>row * reduced * sizeof<T>(), reduced)
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
    const from = x + ((<usize>outer * reduced + first) * inner + column) * sizeof<T>()
    const to = out + (<usize>place * inner + column) * sizeof<T>()
    const columns = min(COLUMNS, inner - column)
    if (inner == 1) foldRow<T>(kind, to, from, rows)
    else foldColumns<T>(kind, to, from, rows, <usize>inner * sizeof<T>(), columns)
  }
}

/** All lanes of a vector become one, the first. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function overLanes<T>(kind: Fold, lanes: v128): v128 {
  let value = combined(kind, lanes, v128.shuffle<i32>(lanes, lanes, 2, 3, 0, 1))
  value = combined(kind, value, v128.shuffle<i32>(value, value, 1, 0, 3, 2))
  if (sizeof<T>() == 4) return value
  value = combined(kind, value, i32x4.shr_u(value, 16))
  return combined(kind, value, i32x4.shr_u(value, 8))
}

/** Values that lie one after the other become one. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function foldRow<T>(kind: Fold, out: usize, x: usize, count: i32): void {
  const end = x + <usize>count * sizeof<T>()
  const body = x + ((<usize>count * sizeof<T>()) & ~15)
  let even = neutral(kind)
  let odd = neutral(kind)
  for (; x + 16 < body; x += 32) {
    even = combined(kind, even, v128.load(x))
    odd = combined(kind, odd, v128.load(x, 16))
  }
  if (x < body) {
    even = combined(kind, even, v128.load(x))
    x += 16
  }
  let one = overLanes<T>(kind, combined(kind, even, odd))
  for (; x < end; x += sizeof<T>()) one = combined(kind, one, get<T>(x))
  put<T>(out, asResult(kind, one))
}

/** Rows become one. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function foldColumns<T>(
  kind: Fold,
  out: usize,
  x: usize,
  rows: i32,
  stride: usize,
  columns: i32,
): void {
  const bytes = <usize>columns * sizeof<T>()
  const body = bytes & ~15
  for (let i: usize = 0; i < body; i += 16) v128.store(out + i, neutral(kind))
  for (let i = body; i < bytes; i += sizeof<T>()) put<T>(out + i, neutral(kind))
  for (let row = 0; row < rows; row++) {
    for (let i: usize = 0; i < body; i += 16) {
      v128.store(out + i, asResult(kind, combined(kind, v128.load(out + i), v128.load(x + i))))
    }
    for (let i = body; i < bytes; i += sizeof<T>()) {
      put<T>(out + i, asResult(kind, combined(kind, get<T>(out + i), get<T>(x + i))))
    }
    x += stride
  }
}

/** A bool is a byte of 0 or 1, whatever was read. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function asResult(kind: Fold, value: v128): v128 {
  return kind == Fold.All || kind == Fold.Any ? i8x16.min_u(value, i8x16.splat(1)) : value
}
