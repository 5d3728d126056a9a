// The last one to three float32 of a row, as a vector whose other lanes are 0, so that they get the bits
// that they would get inside a row.

/** The first `lanes` values at a place; all four for 4 and more. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function loadLanes(place: usize, lanes: i32): v128 {
  return lanes >= 4 ? v128.load(place) : loadFew(place, lanes)
}

/** Writes the first `lanes` values of a vector; all four for 4 and more. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function storeLanes(place: usize, value: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(place, value)
  else storeFew(place, value, lanes)
}

function loadFew(place: usize, lanes: i32): v128 {
  if (lanes === 1) return v128.load32_zero(place)
  const two = v128.load64_zero(place)
  return lanes === 2 ? two : v128.load32_lane(place, two, 2, 8)
}

function storeFew(place: usize, value: v128, lanes: i32): void {
  if (lanes === 1) {
    v128.store32_lane(place, value, 0)
    return
  }
  v128.store64_lane(place, value, 0)
  if (lanes === 3) v128.store32_lane(place, value, 2, 8)
}
