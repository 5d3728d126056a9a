import type { Point } from './subject.js'

/** What touches disk or network says so, so that a trial run can leave it out. */
export const writes: Point = ({ make, common }) => {
  if (make().writes === true) return []
  const places = new Map(common.watch.writes.map((write) => [write.place, write]))
  return [...places.values()].map(
    ({ place, call }) =>
      `It calls ${call} in ${place}, but does not say writes: true, so that a trial run would not leave it out.`,
  )
}
