// The tiles of 16 columns as the other modules see them: imported, since they are compiled apart.

/** Columns of a panel for wide tiles. */
export const WIDE: i32 = 16

let isUsed: bool = false

/** Whether this instance has wide tiles. */
export function setWide(isWide: i32): void {
  isUsed = isWide !== 0
}

/** Whether so many columns of a product are computed by wide tiles. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function isWide<T>(columns: i32): bool {
  // @ts-ignore: a constant of the compiler
  if (ASC_FEATURE_RELAXED_SIMD && isFloat<T>()) return isUsed && columns >= WIDE
  return false
}

/** See `wide-tile.ts`. */
// @ts-ignore: decorators are AssemblyScript's
@external('env', 'wideTile6')
export declare function wideTile6(frame: usize, aStep: usize, b: usize, depth: i32): void

/** See `wide-tile.ts`. */
// @ts-ignore: decorators are AssemblyScript's
@external('env', 'wideTile4')
export declare function wideTile4(frame: usize, aStep: usize, b: usize, depth: i32): void

/** See `wide-tile.ts`. */
// @ts-ignore: decorators are AssemblyScript's
@external('env', 'wideSums4')
export declare function wideSums4(frame: usize, aStep: usize, b: usize, depth: i32): void
