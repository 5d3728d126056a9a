import type { TensorInfo } from '@tensorflow/tfjs-core'
import { gemmModule, TILE_COLUMNS, TILE_ROWS } from './gemm-module.js'
import { floats, free, type WasmBackend } from './heap.js'

/** Summands per pass: a packed panel of them (16 kB) stays in the first-level cache. */
const DEPTH_AT_ONCE = 512

type Tile = (
  a: number,
  aRow: number,
  aStep: number,
  b: number,
  c: number,
  cRow: number,
  tiles: number,
  depth: number,
) => void

/** The functions of {@link gemmModule}, bound to an engine's memory. */
export interface Tiles {
  readonly tile4: Tile
  readonly tile1: Tile
}

/** One product of two matrices; a transposed factor is read so, not moved. */
interface Product {
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly transposeA: boolean
  readonly transposeB: boolean
  /** Where the matrices begin in their tensors, in elements. */
  readonly startA: number
  readonly startB: number
  readonly startOut: number
}

const loaded = new WeakMap<WebAssembly.Memory, Tiles | null>()

/**
 * The functions for this engine, or `null` if there is no SIMD, or if the engine has threads,
 * which only XNNPACK uses.
 */
export function loadTiles(backend: WasmBackend): Tiles | null {
  const memory = backend.wasm.asm?.memory
  if (memory === undefined) return null
  const known = loaded.get(memory)
  if (known !== undefined) return known
  const tiles = instantiate(memory)
  loaded.set(memory, tiles)
  return tiles
}

function instantiate(memory: WebAssembly.Memory): Tiles | null {
  const bytes = gemmModule()
  const isShared = !(memory.buffer instanceof ArrayBuffer)
  if (isShared || !WebAssembly.validate(bytes)) return null
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    engine: { memory },
  })
  return exports as unknown as Tiles
}

/** Adds `a · b` to a part of `out`, all float32: packs 8 columns of `b` at a time and runs down `a`. */
export function addProduct(
  tiles: Tiles,
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  product: Product,
): void {
  const { rows, inner, columns, transposeA, startA, startOut } = product
  const panel = backend.makeOutput(
    [TILE_COLUMNS * Math.min(inner, DEPTH_AT_ONCE)],
    'float32',
  )
  const edge = backend.makeOutput([TILE_COLUMNS * rows], 'float32')
  const [aAt, panelAt, edgeAt, outAt] = [a, panel, edge, out].map(
    ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
  ) as [number, number, number, number]
  const [bValues, panelValues, edgeValues, outValues] = [b, panel, edge, out].map(
    (tensor) => floats(backend, tensor),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array]
  const aRow = 4 * (transposeA ? 1 : inner)
  const aStep = 4 * (transposeA ? rows : 1)
  const inTiles = rows - (rows % TILE_ROWS)
  const run = (from: number, to: number, cRow: number, depth: number) => {
    if (inTiles > 0) {
      tiles.tile4(from, aRow, aStep, panelAt, to, cRow, inTiles / TILE_ROWS, depth)
    }
    if (inTiles < rows) {
      const [rest, restTo] = [from + inTiles * aRow, to + inTiles * cRow]
      tiles.tile1(rest, aRow, aStep, panelAt, restTo, cRow, rows - inTiles, depth)
    }
  }
  for (let first = 0; first < inner; first += DEPTH_AT_ONCE) {
    const depth = Math.min(DEPTH_AT_ONCE, inner - first)
    const from = aAt + 4 * startA + first * aStep
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      pack(bValues, panelValues, product, first, depth, column)
      if (column + TILE_COLUMNS <= columns) {
        run(from, outAt + 4 * (startOut + column), 4 * columns, depth)
      } else {
        edgeValues.fill(0)
        run(from, edgeAt, 4 * TILE_COLUMNS, depth)
        addEdge(edgeValues, outValues, product, column)
      }
    }
  }
  free(backend, panel, edge)
}

/** Lays 8 columns of `b` side by side; those that `b` does not have are zero. */
function pack(
  b: Float32Array,
  panel: Float32Array,
  { inner, columns, transposeB, startB }: Product,
  first: number,
  depth: number,
  column: number,
): void {
  const width = Math.min(TILE_COLUMNS, columns - column)
  const rowStep = transposeB ? 1 : columns
  const columnStep = transposeB ? inner : 1
  const start = startB + first * rowStep + column * columnStep
  if (columnStep === 1 && width === TILE_COLUMNS) {
    for (
      let k = 0, from = start, to = 0;
      k < depth;
      k++, from += rowStep, to += TILE_COLUMNS
    ) {
      panel[to] = b[from] as number
      panel[to + 1] = b[from + 1] as number
      panel[to + 2] = b[from + 2] as number
      panel[to + 3] = b[from + 3] as number
      panel[to + 4] = b[from + 4] as number
      panel[to + 5] = b[from + 5] as number
      panel[to + 6] = b[from + 6] as number
      panel[to + 7] = b[from + 7] as number
    }
    return
  }
  if (width < TILE_COLUMNS) panel.fill(0)
  for (let j = 0; j < width; j++) {
    let from = start + j * columnStep
    for (let k = 0; k < depth; k++, from += rowStep) {
      panel[k * TILE_COLUMNS + j] = b[from] as number
    }
  }
}

/** Adds the columns of the last, narrow panel to the result. */
function addEdge(
  edge: Float32Array,
  out: Float32Array,
  { rows, columns, startOut }: Product,
  column: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let j = column; j < columns; j++) {
      const place = startOut + row * columns + j
      out[place] =
        (out[place] as number) + (edge[row * TILE_COLUMNS + j - column] as number)
    }
  }
}
