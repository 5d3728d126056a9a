// Loads and stores of a whole vector or of one lane through the same code, so that the last elements of
// a row get the bits that they would get inside a vector. `T` is v128, or the type of one element.

/** A vector from memory; its first lane alone if `T` is not v128, the others zero. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function get<T>(place: usize): v128 {
  if (sizeof<T>() == 16) return v128.load(place)
  if (sizeof<T>() == 4) return v128.load32_zero(place)
  return v128.load8_lane(place, i8x16.splat(0), 0)
}

/** Writes a vector; its first lane alone if `T` is not v128. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function put<T>(place: usize, value: v128): void {
  if (sizeof<T>() == 16) v128.store(place, value)
  else if (sizeof<T>() == 4) v128.store32_lane(place, value, 0)
  else v128.store8_lane(place, value, 0)
}

/** Where the share of a task begins, of units handed out evenly and in order. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function shareStart(units: i32, tasks: i32, task: i32): i32 {
  return <i32>((<i64>units * task) / tasks)
}
