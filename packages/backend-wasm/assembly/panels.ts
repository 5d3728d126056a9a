// Panels are what the innermost loop reads in order: `[k][8]` for the right factor (`[k][16]` for wide tiles),
// `[k][4]` for a left one that is stored transposed (`[k][6]` for tall tiles).

import { tileHeight } from './tall-tile'

/** Columns of a panel of the right factor. */
export const WIDTH: i32 = 8

/**
 * Packs columns of a matrix whose rows lie `step` bytes apart, 4 bytes a value. Columns of the
 * panel beyond `columns` are 0.
 */
export function packRows(b: usize, step: usize, depth: i32, columns: i32, panel: usize): void {
  const end = panel + (<usize>depth << 5)
  if (columns >= WIDTH) {
    for (; panel < end; panel += 32) {
      v128.store(panel, v128.load(b))
      v128.store(panel, v128.load(b, 16), 16)
      b += step
    }
    return
  }
  for (; panel < end; panel += 32) {
    for (let column: usize = 0; column < 32; column += 4) {
      store<u32>(panel + column, column < <usize>columns << 2 ? load<u32>(b + column) : 0)
    }
    b += step
  }
}

/** Packs columns that are stored as rows, `step` bytes apart; else as {@link packRows}. */
export function packColumns(b: usize, step: usize, depth: i32, columns: i32, panel: usize): void {
  if (columns >= WIDTH) {
    turn(b, step, depth, panel, 32)
    turn(b + (step << 2), step, depth, panel + 16, 32)
    return
  }
  for (let column = 0; column < WIDTH; column++) {
    let to = panel + (<usize>column << 2)
    for (let k: usize = 0; k < <usize>depth << 2; k += 4) {
      store<u32>(to, column < columns ? load<u32>(b + k) : 0)
      to += 32
    }
    b += step
  }
}

/** Packs 16 columns as {@link packRows} packs 8. */
export function packWideRows(b: usize, step: usize, depth: i32, panel: usize): void {
  const end = panel + (<usize>depth << 6)
  for (; panel < end; panel += 64) {
    v128.store(panel, v128.load(b))
    v128.store(panel, v128.load(b, 16), 16)
    v128.store(panel, v128.load(b, 32), 32)
    v128.store(panel, v128.load(b, 48), 48)
    b += step
  }
}

/** Packs 16 columns as {@link packColumns} packs 8. */
export function packWideColumns(b: usize, step: usize, depth: i32, panel: usize): void {
  for (let column: usize = 0; column < 64; column += 16) {
    turn(b, step, depth, panel + column, 64)
    b += step << 2
  }
}

/** Writes 4 rows as 4 columns of a panel with so many bytes a row. */
function turn(b: usize, step: usize, depth: i32, panel: usize, pitch: usize): void {
  let b1 = b + step
  let b2 = b1 + step
  let b3 = b2 + step
  let k = 0
  for (; k + 4 <= depth; k += 4) {
    const r0 = v128.load(b)
    const r1 = v128.load(b1)
    const r2 = v128.load(b2)
    const r3 = v128.load(b3)
    const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5)
    const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7)
    const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5)
    const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7)
    v128.store(panel, i64x2.shuffle(low01, low23, 0, 2))
    v128.store(panel + pitch, i64x2.shuffle(low01, low23, 1, 3))
    v128.store(panel + 2 * pitch, i64x2.shuffle(high01, high23, 0, 2))
    v128.store(panel + 3 * pitch, i64x2.shuffle(high01, high23, 1, 3))
    b += 16
    b1 += 16
    b2 += 16
    b3 += 16
    panel += 4 * pitch
  }
  for (; k < depth; k++) {
    store<u32>(panel, load<u32>(b))
    store<u32>(panel, load<u32>(b1), 4)
    store<u32>(panel, load<u32>(b2), 8)
    store<u32>(panel, load<u32>(b3), 12)
    b += 4
    b1 += 4
    b2 += 4
    b3 += 4
    panel += pitch
  }
}

/**
 * Packs `rows` columns of a matrix as panels `[k][height]`, one after the other, with the heights that
 * `tileHeight` has for the rows that are left; the rest of the last one is 0.
 */
export function packLeft<T>(a: usize, step: usize, depth: i32, rows: i32, panel: usize): void {
  while (rows > 0) {
    const height = tileHeight<T>(rows)
    const bytes = <usize>height << 2
    const end = panel + bytes * <usize>depth
    let from = a
    if (rows < height) {
      for (; panel < end; panel += bytes) {
        for (let i: usize = 0; i < bytes; i += 4) {
          store<u32>(panel + i, i < <usize>rows << 2 ? load<u32>(from + i) : 0)
        }
        from += step
      }
    } else if (height === 4) {
      for (; panel < end; panel += 16) {
        v128.store(panel, v128.load(from))
        from += step
      }
    } else {
      for (; panel < end; panel += 24) {
        v128.store(panel, v128.load(from))
        store<u64>(panel, load<u64>(from, 16), 16)
        from += step
      }
    }
    a += bytes
    rows -= height
  }
}
