/** What the module of wide tiles exports; see `assembly/wide-tile.ts`. */
interface Tiles {
  tallTile(frame: number, panel: number, depth: number, flags: number): void
  wideSums4: WideTile
  wideTile4: WideTile
  wideTile6: WideTile
}

type WideTile = (frame: number, aStep: number, panel: number, depth: number) => void

const COLUMNS = 16
const ROWS = 6
/** Where things are in the memory of a trial, in bytes. */
const LEFT = 256
const OUTPUT = 16384
const PANEL = 20480
const PAGES = 1
const DEPTHS = [1, 2, 37]
/** For times: summands, calls and rounds. */
const DEPTH = 256
const CALLS = 200
const ROUNDS = 5
/** Of the time of narrow tiles, above which wide ones are not worth it. */
const WORTH = 0.85

/** Whether tiles compute what they should: small whole numbers, of which every sum is exact. */
export function isExact(module: WebAssembly.Module, isShared: boolean): boolean {
  const { tiles, memory } = instance(module, isShared)
  return DEPTHS.every((depth) =>
    [false, true].every(
      (isPacked) =>
        isTileExact(tiles.wideTile4, memory, 4, depth, isPacked, false) &&
        isTileExact(tiles.wideTile6, memory, ROWS, depth, isPacked, false) &&
        isTileExact(tiles.wideSums4, memory, 4, depth, isPacked, true),
    ),
  )
}

function isTileExact(
  tile: WideTile,
  memory: WebAssembly.Memory,
  rows: number,
  depth: number,
  isPacked: boolean,
  adds: boolean,
): boolean {
  const left = new Float32Array(memory.buffer, LEFT, rows * depth)
  const panel = new Float32Array(memory.buffer, PANEL, COLUMNS * depth)
  for (let i = 0; i < left.length; i++) left[i] = ((i * 7) % 13) - 6
  for (let i = 0; i < panel.length; i++) panel[i] = ((i * 5) % 17) - 8
  frame(memory, rows, isPacked ? 4 : 4 * depth, 4 * COLUMNS)
  const output = new Float32Array(memory.buffer, OUTPUT, rows * COLUMNS)
  for (let i = 0; i < output.length; i++) output[i] = i
  tile(0, isPacked ? 4 * rows : 4, PANEL, depth)
  return output.every((value, at) => {
    const row = Math.floor(at / COLUMNS)
    let sum = adds ? at : 0
    for (let k = 0; k < depth; k++) {
      const x = left[isPacked ? k * rows + row : row * depth + k] as number
      sum += x * (panel[k * COLUMNS + (at % COLUMNS)] as number)
    }
    return value === sum
  })
}

/** Whether wide tiles take less time than narrow ones for the same sums. */
export function isFaster(module: WebAssembly.Module, isShared: boolean): boolean {
  const { tiles, memory } = instance(module, isShared)
  frame(memory, ROWS, 0, 4 * COLUMNS)
  let wide = Number.POSITIVE_INFINITY
  let narrow = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    wide = Math.min(
      wide,
      time(() => tiles.wideTile6(0, 4, PANEL, DEPTH)),
    )
    narrow = Math.min(
      narrow,
      time(() => {
        tiles.tallTile(0, PANEL, DEPTH, 0)
        tiles.tallTile(0, PANEL, DEPTH, 0)
      }),
    )
  }
  return wide < WORTH * narrow
}

/** Milliseconds of some calls. */
function time(call: () => void): number {
  const begun = performance.now()
  for (let i = 0; i < CALLS; i++) call()
  return performance.now() - begun
}

function instance(module: WebAssembly.Module, isShared: boolean) {
  const memory = new WebAssembly.Memory({
    initial: PAGES,
    maximum: PAGES,
    shared: isShared,
  })
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return { tiles: exports as unknown as Tiles, memory }
}

/** Writes the addresses of rows and of their outputs. */
function frame(
  memory: WebAssembly.Memory,
  rows: number,
  aBytes: number,
  outBytes: number,
): void {
  const words = new Uint32Array(memory.buffer, 0, 2 * rows)
  for (let row = 0; row < rows; row++) {
    words[row] = LEFT + row * aBytes
    words[rows + row] = OUTPUT + row * outBytes
  }
}
