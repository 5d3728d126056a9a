// The product of a few rows with a packed matrix, as a recurrent step needs it: the same matrix in each of
// many steps, so that it is packed once for all of them.

import { loadLanes, storeLanes } from './partial-vector'
import { scratch } from './scratch'
import { addProduct } from './tile'
import { isWide, WIDE, wideSums4 } from './wide-imports'

/** Rows that are multiplied at once. */
const GROUP: i32 = 4
/** Columns of a panel. */
const WIDTH: i32 = 8

/** Columns of the panel that begins where so many are left. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function panelWidth(columns: i32): i32 {
  return isWide<f32>(columns) ? WIDE : WIDTH
}

/**
 * Packs a matrix of `depth` rows, or its transpose if it is stored so, as panels `[depth][8]` (`[depth][16]` for wide
 * tiles), the rest of the last one 0. What are rows in memory lie `step` values apart.
 */
export function packPanels(
  matrix: usize,
  step: i32,
  depth: i32,
  columns: i32,
  isTransposed: bool,
  panel: usize,
): void {
  const alongDepth = <usize>(isTransposed ? 1 : step) << 2
  const alongColumns = <usize>(isTransposed ? step : 1) << 2
  let whole = 0
  for (let column = 0; column < columns; column += whole) {
    whole = panelWidth(columns - column)
    const width = min(columns - column, whole)
    let from = matrix + <usize>column * alongColumns
    for (let k = 0; k < depth; k++) {
      for (let i = 0; i < whole; i++) {
        const value = i < width ? load<f32>(from + <usize>i * alongColumns) : 0
        store<f32>(panel + (<usize>i << 2), value)
      }
      from += alongDepth
      panel += <usize>whole << 2
    }
  }
}

/**
 * Writes `base + a * panels` for some rows, which lie `aStep`, `baseStep` and `outStep` bytes apart. The base may be
 * the output itself, or 0 for none. A panel goes through all rows while it is near.
 */
export function multiplyRows(
  rows: i32,
  a: usize,
  aStep: usize,
  depth: i32,
  panels: usize,
  columns: i32,
  base: usize,
  baseStep: usize,
  out: usize,
  outStep: usize,
): void {
  let width = 0
  for (let column = 0; column < columns; column += width) {
    width = panelWidth(columns - column)
    const panel = panels + (<usize>column * <usize>depth << 2)
    const place = <usize>column << 2
    for (let row = 0; row < rows; row += GROUP) {
      const group = min(rows - row, GROUP)
      const left = a + <usize>row * aStep
      const from = base === 0 ? 0 : base + place + <usize>row * baseStep
      const to = out + place + <usize>row * outStep
      if (width === WIDE) wideTile(group, left, aStep, depth, panel, from, baseStep, to, outStep)
      else if (columns - column >= WIDTH) tile(group, left, aStep, depth, panel, from, baseStep, to, outStep)
      else lastTile(group, left, aStep, depth, panel, columns - column, from, baseStep, to, outStep)
    }
  }
}

/** A tile of 16 columns. The base is copied to the output, where sums begin. */
function wideTile(
  rows: i32,
  a: usize,
  aStep: usize,
  depth: i32,
  panel: usize,
  base: usize,
  baseStep: usize,
  out: usize,
  outStep: usize,
): void {
  const frame = scratch()
  for (let i: usize = 0; i < <usize>GROUP; i++) {
    const row = min(i, <usize>rows - 1)
    const to = out + row * outStep
    if (base !== out && row === i) copyWideRow(base === 0 ? 0 : base + row * baseStep, to)
    store<u32>(frame + (i << 2), <u32>(a + row * aStep))
    store<u32>(frame + (i << 2), <u32>to, 16)
  }
  wideSums4(frame, 4, panel, depth)
}

/** Copies 16 values, zeros from address 0. */
function copyWideRow(from: usize, to: usize): void {
  for (let at: usize = 0; at < 64; at += 16) {
    v128.store(to + at, from === 0 ? f32x4.splat(0) : v128.load(from + at))
  }
}

/** Rows beyond the last one repeat it: they compute and write the same values once more. */
function tile(
  rows: i32,
  a: usize,
  aStep: usize,
  depth: i32,
  panel: usize,
  base: usize,
  baseStep: usize,
  out: usize,
  outStep: usize,
): void {
  const row1 = <usize>(rows > 1)
  const row2 = row1 + <usize>(rows > 2)
  const row3 = row2 + <usize>(rows > 3)
  const a1 = a + row1 * aStep
  const a2 = a + row2 * aStep
  const a3 = a + row3 * aStep
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  if (base !== 0) {
    const base1 = base + row1 * baseStep
    const base2 = base + row2 * baseStep
    const base3 = base + row3 * baseStep
    s00 = v128.load(base)
    s01 = v128.load(base, 16)
    s10 = v128.load(base1)
    s11 = v128.load(base1, 16)
    s20 = v128.load(base2)
    s21 = v128.load(base2, 16)
    s30 = v128.load(base3)
    s31 = v128.load(base3, 16)
  }
  const end = <usize>depth << 2
  for (let k: usize = 0; k < end; k += 4) {
    const b0 = v128.load(panel)
    const b1 = v128.load(panel, 16)
    panel += 32
    let x = v128.load32_splat(a + k)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    x = v128.load32_splat(a1 + k)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    x = v128.load32_splat(a2 + k)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    x = v128.load32_splat(a3 + k)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
  }
  const out1 = out + row1 * outStep
  const out2 = out + row2 * outStep
  const out3 = out + row3 * outStep
  v128.store(out, s00)
  v128.store(out, s01, 16)
  v128.store(out1, s10)
  v128.store(out1, s11, 16)
  v128.store(out2, s20)
  v128.store(out2, s21, 16)
  v128.store(out3, s30)
  v128.store(out3, s31, 16)
}

/** A tile of fewer than 8 columns, by way of memory that has all of them. */
function lastTile(
  rows: i32,
  a: usize,
  aStep: usize,
  depth: i32,
  panel: usize,
  columns: i32,
  base: usize,
  baseStep: usize,
  out: usize,
  outStep: usize,
): void {
  const whole = scratch()
  const step: usize = WIDTH << 2
  for (let row: usize = 0; row < <usize>rows; row++) {
    const to = whole + row * step
    const from = base + row * baseStep
    v128.store(to, base === 0 ? f32x4.splat(0) : loadLanes(from, columns))
    v128.store(to, base === 0 || columns <= 4 ? f32x4.splat(0) : loadLanes(from + 16, columns - 4), 16)
  }
  tile(rows, a, aStep, depth, panel, whole, step, whole, step)
  for (let row: usize = 0; row < <usize>rows; row++) {
    const from = whole + row * step
    const to = out + row * outStep
    storeLanes(to, v128.load(from), columns)
    if (columns > 4) storeLanes(to + 16, v128.load(from, 16), columns - 4)
  }
}
