// Products of (stacks of) matrices. A task has some rows by some columns of one matrix, or some
// whole matrices. Sums go through blocks of at most DEPTH summands in order; between two blocks
// they wait in the output.

import { address, float, integer } from './arguments'
import { packColumns, packLeft, packRows, packWideColumns, packWideRows, WIDTH } from './panels'
import { scratch } from './scratch'
import { packedTallTile, TALL, tallTile, tileHeight } from './tall-tile'
import { ADDS, copyTile, finishRows, HAS_BIAS, tile } from './tile'
import { columnProducts, rowStrips } from './vector-product'
import { isWide, WIDE, wideTile4, wideTile6 } from './wide-imports'

/** Summands at once: a panel of them (16 kB, for wide tiles 32) stays in the first-level cache. */
const DEPTH: i32 = 512
/** Rows at once: of a left factor that is stored transposed they are packed (256 kB). */
const CHUNK: i32 = 128

const TRANSPOSED_A: i32 = 1
const TRANSPOSED_B: i32 = 2
const TILE_FLAGS: i32 = 2

// where things are in the scratch
const PIECE: usize = 48
const EDGE: usize = 64
const BIAS: usize = 448
const PANEL: usize = 512
const LEFT: usize = PANEL + 64 * <usize>DEPTH

// words of a launch
const ROWS: i32 = 4
const INNER: i32 = 5
const COLUMNS: i32 = 6
const FLAGS: i32 = 7
const TASK_ROWS: i32 = 8
const TASK_COLUMNS: i32 = 9
const TASK_MATRICES: i32 = 10
const MATRICES: i32 = 11
const AXES: i32 = 12

/**
 * `out = activation(a · b + bias)` of float32, or `out = a · b` of int32. Words: out, a, b, bias;
 * rows, inner, columns, flags (1 a is stored transposed, 2 b is, above these those of a tile),
 * rows, columns and matrices per task, matrices, axes of the stack, and per axis: size, elements to
 * the next matrix of a and of b; slope.
 */
export function product<T>(args: usize, task: i32): void {
  const rows = integer(args, ROWS)
  const columns = integer(args, COLUMNS)
  const taskRows = integer(args, TASK_ROWS)
  const taskColumns = integer(args, TASK_COLUMNS)
  const taskMatrices = integer(args, TASK_MATRICES)
  const across = (columns + taskColumns - 1) / taskColumns
  const down = (rows + taskRows - 1) / taskRows
  const column = (task % across) * taskColumns
  const row = ((task / across) % down) * taskRows
  const first = (task / across / down) * taskMatrices
  const last = min(first + taskMatrices, integer(args, MATRICES))
  const endRow = min(row + taskRows, rows)
  const endColumn = min(column + taskColumns, columns)
  for (let matrix = first; matrix < last; matrix++) {
    const a = address(args, 1) + start(args, matrix, 1)
    const b = address(args, 2) + start(args, matrix, 2)
    const out = address(args, 0) + ((<usize>matrix * rows * columns) << 2)
    block<T>(args, a, b, out, row, endRow, column, endColumn)
  }
}

/** Where a matrix of a stack begins in a factor (1 or 2), in bytes. */
function start(args: usize, matrix: i32, factor: i32): usize {
  let elements = 0
  for (let axis = integer(args, AXES) - 1; axis >= 0; axis--) {
    const at = AXES + 1 + 3 * axis
    const size = integer(args, at)
    elements += (matrix % size) * integer(args, at + factor)
    matrix /= size
  }
  return <usize>elements << 2
}

/** A part of one product. */
function block<T>(
  args: usize,
  a: usize,
  b: usize,
  out: usize,
  firstRow: i32,
  endRow: i32,
  firstColumn: i32,
  endColumn: i32,
): void {
  const place = scratch()
  const inner = integer(args, INNER)
  const columns = integer(args, COLUMNS)
  const isTurnedA = (integer(args, FLAGS) & TRANSPOSED_A) !== 0
  const isTurnedB = (integer(args, FLAGS) & TRANSPOSED_B) !== 0
  const flags = integer(args, FLAGS) >> TILE_FLAGS
  const slope = float(args, AXES + 1 + 3 * integer(args, AXES))
  const aStep = <usize>(isTurnedA ? integer(args, ROWS) : inner) << 2
  const bStep = <usize>(isTurnedB ? inner : columns) << 2
  const cStep = <usize>columns << 2
  const isFewRows = endRow - firstRow <= 4 && !isTurnedB
  let k = 0
  do {
    const depth = min(inner - k, DEPTH)
    const isLast = k + depth === inner
    const adds = k > 0 ? ADDS : flags & ADDS
    const finishing = isLast ? (flags & ~ADDS) | adds : adds
    if (columns === 1 && !isTurnedA) {
      const from = a + <usize>firstRow * aStep + (<usize>k << 2)
      const column = b + (<usize>k << 2)
      const to = out + (<usize>firstRow << 2)
      const rows = endRow - firstRow
      columnProducts<T>(from, aStep, column, depth, rows, to, finishing, address(args, 3), slope)
      k += depth
      continue
    }
    let start = firstColumn
    if (integer(args, ROWS) === 1 && !isTurnedB) {
      const skipped = <usize>firstColumn << 2
      const from = b + <usize>k * bStep + skipped
      start += rowStrips<T>(
        a + (<usize>k << 2),
        from,
        bStep,
        depth,
        endColumn - firstColumn,
        out + skipped,
        finishing,
        address(args, 3) + skipped,
        slope,
      )
    }
    for (let row = firstRow; row < endRow; row += CHUNK) {
      const rows = min(endRow - row, CHUNK)
      const rowStep = isTurnedA ? <usize>depth << 2 : aStep
      let left = a + <usize>row * aStep + (<usize>k << 2)
      if (isTurnedA) {
        left = place + LEFT
        packLeft<T>(a + <usize>k * aStep + (<usize>row << 2), aStep, depth, rows, left)
      }
      store<u32>(place + PIECE, 0)
      let width = 0
      for (let column = start; column < endColumn; column += width) {
        const isWidePanel = !isFewRows && isWide<T>(endColumn - column)
        width = isWidePanel ? WIDE : min(endColumn - column, WIDTH)
        let panel = place + PANEL
        let panelStep: usize = 32
        if (isTurnedB) {
          const from = b + <usize>column * bStep + (<usize>k << 2)
          if (isWidePanel) packWideColumns(from, bStep, depth, panel)
          else packColumns(from, bStep, depth, width, panel)
        } else {
          const from = b + <usize>k * bStep + (<usize>column << 2)
          if (isWidePanel) {
            packWideRows(from, bStep, depth, panel)
          } else if (isFewRows && width === WIDTH) {
            panel = from
            panelStep = bStep
          } else packRows(from, bStep, depth, width, panel)
        }
        let bias = address(args, 3) + (<usize>column << 2)
        if (width < WIDTH && (finishing & HAS_BIAS) !== 0) {
          copyTile(bias, 0, place + BIAS, 0, 1, width)
          bias = place + BIAS
        }
        const c = out + <usize>row * cStep + (<usize>column << 2)
        tiles<T>(
          left,
          rowStep,
          isTurnedA,
          panel,
          panelStep,
          c,
          cStep,
          depth,
          rows,
          width,
          finishing,
          bias,
          slope,
        )
      }
    }
    k += depth
  } while (k < inner)
}

/** One panel against rows of the left factor, some at a time. */
function tiles<T>(
  a: usize,
  aRow: usize,
  isTurnedA: bool,
  panel: usize,
  panelStep: usize,
  c: usize,
  cRow: usize,
  depth: i32,
  rows: i32,
  width: i32,
  flags: i32,
  bias: usize,
  slope: f32,
): void {
  const frame = scratch()
  while (rows > 0) {
    const tall = tileHeight<T>(rows)
    const height = min(rows, tall)
    const isWidePanel = width > WIDTH
    const adds = (flags & ADDS) !== 0
    const isEdge = height < tall || width < WIDTH || (isWidePanel && adds)
    const outputs = frame + (<usize>tall << 2)
    for (let i = 0; i < tall; i++) {
      const at = <usize>i << 2
      const to = isEdge ? frame + EDGE + (<usize>i << 6) : c + <usize>i * cRow
      store<u32>(frame + at, <u32>(isTurnedA ? a + at : a + <usize>min(i, height - 1) * aRow))
      store<u32>(outputs + at, <u32>to)
    }
    if (isEdge && adds && !isWidePanel) copyTile(c, cRow, frame + EDGE, 64, height, width)
    const aStep: usize = isTurnedA ? <usize>tall << 2 : 4
    if (isWidePanel) {
      if (tall === TALL) wideTile6(frame, aStep, panel, depth)
      else wideTile4(frame, aStep, panel, depth)
      if (adds) addTile(c, cRow, frame + EDGE, 64, height)
      if (flags > ADDS) finishWideRows(outputs, tall, flags, bias, slope)
    } else if (tall === TALL) {
      if (isTurnedA) packedTallTile(frame, panel, depth, flags)
      else tallTile(frame, panel, depth, flags)
      if (flags > ADDS) finishRows(outputs, TALL, flags, bias, slope)
    } else {
      store<u32>(frame + PIECE, <u32>(aStep * <usize>depth), 4)
      tile<T>(frame, aStep, panel, panelStep, frame + PIECE, 1, flags, bias, slope)
    }
    if (isEdge) copyTile(frame + EDGE, 64, c, cRow, height, width)
    a += aRow * <usize>tall
    c += cRow * <usize>tall
    rows -= tall
  }
}

/** Adds rows of 16 values to others. */
function addTile(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let column: usize = 0; column < 64; column += 16) {
      const sum = f32x4.add(v128.load(from + column), v128.load(to + column))
      v128.store(to + column, sum)
    }
    from += fromStep
    to += toStep
  }
}

/** Finishes both halves of wide rows. */
function finishWideRows(outputs: usize, rows: i32, flags: i32, bias: usize, slope: f32): void {
  finishRows(outputs, rows, flags, bias, slope)
  for (let i: usize = 0; i < <usize>rows << 2; i += 4) {
    store<u32>(outputs + i, load<u32>(outputs + i) + 32)
  }
  finishRows(outputs, rows, flags, bias + 32, slope)
}
