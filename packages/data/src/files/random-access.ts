/** A file whose parts are read in any order. */
export interface RandomAccess {
  readonly byteLength: number
  readonly slice: (begin: number, end?: number) => Promise<ArrayBuffer>
  readonly close: () => Promise<void>
}
