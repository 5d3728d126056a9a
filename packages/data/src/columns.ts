/** Typed arrays that a column can be made of. */
export type ColumnData =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray

/** dtypes that batches can have. */
export type ColumnDtype = 'float32' | 'int32' | 'bool'

/** A typed array with the shape of its rows. */
export interface ShapedColumn {
  readonly data: ColumnData
  /** The first dimension is the number of rows. Default: one number per row. */
  readonly shape?: readonly number[]
  /** Default: float32 for floats and where there is a `scale`, int32 for whole numbers. */
  readonly dtype?: ColumnDtype
  /** Each number is multiplied by it when a batch is made: 1/255 for images kept as bytes. float32 only. */
  readonly scale?: number
}

/** Numbers in plain arrays, one entry per row, nested as deep as the rows have dimensions. */
export type NestedNumbers = readonly (number | NestedNumbers)[]

/** A column: one number per row, rows of any shape, or plain numbers (float32, copied once). */
export type Column = ColumnData | ShapedColumn | NestedNumbers

/** Columns by name, all with the same number of rows. `C extends Columns<C>` takes interfaces too. */
export type Columns<C = Record<string, Column>> = { readonly [Name in keyof C]: Column }

const KINDS = {
  Float32Array,
  Float64Array,
  Int32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
}

/** Names of the typed arrays that a column can be made of. */
export const kindNames: readonly string[] = Object.keys(KINDS)

/** Whether a value is a typed array that a column can be made of. */
export function isColumnData(value: unknown): value is ColumnData {
  return ArrayBuffer.isView(value) && kindOf(value) in KINDS
}

/** A typed array of the same kind with `length` zeros in it. */
export function emptyLike(data: ColumnData, length: number): ColumnData {
  return new KINDS[kindOf(data) as keyof typeof KINDS](length)
}

/** The name that all realms agree on, and that a Buffer shares with the Uint8Array that it is. */
export function kindOf(view: ArrayBufferView): string {
  return (view as Uint8Array)[Symbol.toStringTag]
}

/** How many numbers there are in a shape. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1)
}
