import { custom } from '@regimen/core'

/**
 * A learning rate as a pure function of a counter: `count` optimizer steps or epochs are done, `base`
 * is the optimizer's own rate. The result is the rate of the next step or epoch. Any function of this
 * shape is a schedule; its `name` is used in errors.
 */
export type Schedule = (count: number, base: number) => number

/** Counts from 0, none smaller than the one before. */
export const rising = () =>
  custom<readonly number[]>({
    wanted: 'a list of non-negative integers in rising order',
    type: 'number[]',
    json: { type: 'array', items: { type: 'integer', minimum: 0 } },
    isRight: (value) => Array.isArray(value) && value.every(isNext),
  })

const isNext = (mark: unknown, index: number, marks: readonly number[]) =>
  Number.isSafeInteger(mark) && Number(mark) >= (marks[index - 1] ?? 0)

/** A schedule with a name. */
export function namedSchedule(name: string, schedule: Schedule): Schedule {
  return Object.defineProperty(schedule, 'name', { value: name })
}
