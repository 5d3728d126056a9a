import { address, integer } from './arguments'
import { seek } from './cursor'
import { spareState } from './vectors'

/** Columns of out that are written before the next rows, so that lines of x stay in the cache. */
const TILE: i32 = 128

/**
 * `transpose`, matrices of words: writes out, reads x; the first element in out and in x; units,
 * units per task; rows of a matrix of out, those of a unit, the stride between them; columns, the
 * stride of x between them; number of axes that matrices are counted along, their sizes, the
 * strides of out along them, those of x. Rows lie side by side in x, columns in out. A unit is a
 * number of rows of one matrix.
 */
export function transposeTask(args: usize, task: i32): void {
  const perTask = integer(args, 5)
  const first = task * perTask
  const end = min(first + perTask, integer(args, 4))
  for (let unit = first; unit < end; unit++) runUnit(args, unit)
}

function runUnit(args: usize, unit: i32): void {
  const rows = integer(args, 6)
  const atOnce = integer(args, 7)
  const rowStride = integer(args, 8)
  const rank = integer(args, 11)
  const sizes = args + (12 << 2)
  const outStrides = sizes + ((<usize>rank) << 2)
  const xStrides = outStrides + ((<usize>rank) << 2)
  const parts = (rows + atOnce - 1) / atOnce
  const matrix = unit / parts
  const row = (unit % parts) * atOnce
  const state = spareState()
  const to = integer(args, 2) + seek(state, sizes, outStrides, rank, matrix) + row * rowStride
  const from = integer(args, 3) + seek(state, sizes, xStrides, rank, matrix) + row
  const out = address(args, 0) + ((<usize>to) << 2)
  const x = address(args, 1) + ((<usize>from) << 2)
  const outStride = (<usize>rowStride) << 2
  const xStride = (<usize>integer(args, 10)) << 2
  transposeMatrix(out, outStride, x, xStride, min(atOnce, rows - row), integer(args, 9))
}

/** Writes the transpose of `x`. Strides are in bytes, those of the rows of each. */
export function transposeMatrix(
  out: usize,
  outStride: usize,
  x: usize,
  xStride: usize,
  rows: i32,
  columns: i32,
): void {
  for (let tile = 0; tile < columns; tile += TILE) {
    const end = min(tile + TILE, columns)
    const whole = tile + ((end - tile) & ~3)
    let row = 0
    for (; row + 4 <= rows; row += 4) {
      let to = out + <usize>row * outStride + ((<usize>tile) << 2)
      let from = x + ((<usize>row) << 2) + <usize>tile * xStride
      for (let column = tile; column < whole; column += 4) {
        transpose4x4(to, outStride, from, xStride)
        to += 16
        from += xStride << 2
      }
      for (let i = row; i < row + 4; i++) gatherRow(out, outStride, x, xStride, i, whole, end)
    }
    for (; row < rows; row++) gatherRow(out, outStride, x, xStride, row, tile, end)
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function transpose4x4(out: usize, outStride: usize, x: usize, xStride: usize): void {
  const a = v128.load(x)
  const b = v128.load(x + xStride)
  const c = v128.load(x + xStride * 2)
  const d = v128.load(x + xStride * 3)
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5)
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5)
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7)
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(out, i64x2.shuffle(ab, cd, 0, 2))
  v128.store(out + outStride, i64x2.shuffle(ab, cd, 1, 3))
  v128.store(out + outStride * 2, i64x2.shuffle(abHigh, cdHigh, 0, 2))
  v128.store(out + outStride * 3, i64x2.shuffle(abHigh, cdHigh, 1, 3))
}

/** A part of one row, element by element. */
function gatherRow(
  out: usize,
  outStride: usize,
  x: usize,
  xStride: usize,
  row: i32,
  start: i32,
  end: i32,
): void {
  let to = out + <usize>row * outStride + ((<usize>start) << 2)
  let from = x + ((<usize>row) << 2) + <usize>start * xStride
  for (let column = start; column < end; column++) {
    store<u32>(to, load<u32>(from))
    to += 4
    from += xStride
  }
}
