import { checkOptions, custom, invalidOption } from '@regimen/core'
import { namedSchedule, rising, type Schedule } from '../schedule.js'

/** What {@link sequence} takes. */
export interface SequenceOptions {
  /** Each counts from 0 when its turn comes. */
  readonly schedules: readonly Schedule[]
  /** When each but the first begins, in rising order. */
  readonly milestones: readonly number[]
}

const someSchedules = custom<readonly Schedule[]>({
  wanted: 'a list of schedules such as [warmup({ steps: 10 }), cosine({ steps: 90 })]',
  type: 'Schedule[]',
  isRight: (value) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((one) => typeof one === 'function'),
})

/**
 * One schedule after the other. As `SequentialLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function sequence(options: SequenceOptions): Schedule {
  const checked = checkOptions('sequence', options, {
    schedules: someSchedules.required(),
    milestones: rising().required(),
  })
  const schedules = [...checked.schedules]
  const marks = [...checked.milestones]
  if (marks.length !== schedules.length - 1) {
    const expected = `one milestone for each of ${schedules.length} schedules but the first`
    invalidOption('sequence', 'milestones', marks, expected)
  }
  return namedSchedule('sequence', (done, base) => {
    const turn = marks.filter((mark) => mark <= done).length
    return schedules[turn]?.(done - (marks[turn - 1] ?? 0), base) ?? Number.NaN
  })
}
