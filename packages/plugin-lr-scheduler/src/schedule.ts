/**
 * A learning rate as a pure function of a counter: `count` optimizer steps or epochs are done, `base`
 * is the optimizer's own rate. The result is the rate of the next step or epoch. Any function of this
 * shape is a schedule; its `name` is used in errors.
 */
export type Schedule = (count: number, base: number) => number

/** A schedule with a name. */
export function namedSchedule(name: string, schedule: Schedule): Schedule {
  return Object.defineProperty(schedule, 'name', { value: name })
}
