/** Columns of the result that one pass computes: two vectors of four. */
export const TILE_COLUMNS = 8

/** Rows of the result that the fast function computes at a time. */
export const TILE_ROWS = 4

const I32 = 0x7f
const V128 = 0x7b
const VOID_BLOCK = 0x40

const LOOP = [0x03, VOID_BLOCK]
const END = [0x0b]
const REPEAT_IF = [0x0d, 0]
const I32_ADD = [0x6a]
const I32_SUB = [0x6b]
const LOAD_SPLAT = [0xfd, 0x09, 0, 0]
const F32X4_MUL = [0xfd, ...leb(0xe6)]
const F32X4_ADD = [0xfd, ...leb(0xe4)]

const A = 0
const A_ROW = 1
const A_STEP = 2
const B = 3
const C = 4
const C_ROW = 5
const TILES = 6
const DEPTH = 7
const PARAMETERS = 8

/**
 * A WebAssembly module that works on the memory imported as `engine.memory`. It exports `tile4` and
 * `tile1`, both `(a, aRow, aStep, b, c, cRow, tiles, depth)` in bytes and counts: for `tiles` times 4
 * (or 1) rows and 8 columns they add to `c` the sum over `depth` of `a[row] * b[0..7]`. `aRow` leads
 * to the next row of `a` and `aStep` to its next summand; those of `b` lie 32 bytes apart.
 *
 * Written by hand because XNNPACK, as tfjs built it, has no way in for transposed factors and packs
 * each factor again; the loop is the usual register-blocked product (Goto, van de Geijn 2008).
 */
export function gemmModule(): Uint8Array<ArrayBuffer> {
  const name = (text: string) => [text.length, ...new TextEncoder().encode(text)]
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, PARAMETERS, ...Array<number>(PARAMETERS).fill(I32), 0]]),
    ...section(2, [[...name('engine'), ...name('memory'), 2, 0, 0]]),
    ...section(3, [[0], [0]]),
    ...section(7, [
      [...name('tile4'), 0, 0],
      [...name('tile1'), 0, 1],
    ]),
    ...section(10, [tileFunction(TILE_ROWS), tileFunction(1)]),
  ])
}

function tileFunction(rows: number): number[] {
  const each = (code: (row: number) => number[]) =>
    Array.from({ length: rows }, (_, i) => code(i)).flat()
  const both = (code: (half: number) => number[]) => [...code(0), ...code(1)]
  const aPointer = (row: number) => PARAMETERS + row
  const bPointer = PARAMETERS + rows
  const cPointer = bPointer + 1
  const count = cPointer + 1
  const sum = (row: number, half: number) => count + 1 + 2 * row + half
  const bHalf = (half: number) => sum(rows, half)
  const factor = bHalf(2)
  const countDown = (local: number) => [
    ...get(local),
    ...constant(1),
    ...I32_SUB,
    ...tee(local),
  ]
  const body = [
    ...LOOP,
    ...copy(A, aPointer(0)),
    ...each((row) =>
      row === 0
        ? []
        : [...get(aPointer(row - 1)), ...get(A_ROW), ...I32_ADD, ...set(aPointer(row))],
    ),
    ...copy(B, bPointer),
    ...copy(C, cPointer),
    ...copy(DEPTH, count),
    ...each((row) => [
      ...both((half) => [...get(cPointer), ...load(half), ...set(sum(row, half))]),
      ...advance(cPointer, C_ROW),
    ]),
    ...LOOP,
    ...both((half) => [...get(bPointer), ...load(half), ...set(bHalf(half))]),
    ...each((row) => [
      ...get(aPointer(row)),
      ...LOAD_SPLAT,
      ...set(factor),
      ...both((half) => [
        ...get(sum(row, half)),
        ...get(factor),
        ...get(bHalf(half)),
        ...F32X4_MUL,
        ...F32X4_ADD,
        ...set(sum(row, half)),
      ]),
      ...advance(aPointer(row), A_STEP),
    ]),
    ...[...get(bPointer), ...constant(4 * TILE_COLUMNS), ...I32_ADD, ...set(bPointer)],
    ...countDown(count),
    ...REPEAT_IF,
    ...END,
    ...copy(C, cPointer),
    ...each((row) => [
      ...both((half) => [...get(cPointer), ...get(sum(row, half)), ...store(half)]),
      ...advance(cPointer, C_ROW),
      ...advance(A, A_ROW),
    ]),
    ...copy(cPointer, C),
    ...countDown(TILES),
    ...REPEAT_IF,
    ...END,
    ...END,
  ]
  const locals = [2, rows + 3, I32, 2 * rows + 3, V128]
  return [...leb(locals.length + body.length), ...locals, ...body]
}

function get(local: number): number[] {
  return [0x20, local]
}

function set(local: number): number[] {
  return [0x21, local]
}

function tee(local: number): number[] {
  return [0x22, local]
}

function constant(value: number): number[] {
  return [0x41, value]
}

function copy(from: number, to: number): number[] {
  return [...get(from), ...set(to)]
}

function advance(pointer: number, step: number): number[] {
  return [...get(pointer), ...get(step), ...I32_ADD, ...set(pointer)]
}

function load(half: number): number[] {
  return [0xfd, 0x00, 0, 16 * half]
}

function store(half: number): number[] {
  return [0xfd, 0x0b, 0, 16 * half]
}

function section(id: number, items: readonly number[][]): number[] {
  const body = [...leb(items.length), ...items.flat()]
  return [id, ...leb(body.length), ...body]
}

/** An unsigned number in the variable-length code of the format. */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]
}
