import { checkOptions, invalid, quoted, type Rule, milestones as rising } from '../check-options.js'
import { namedSchedule, type Schedule } from '../schedule.js'

/** What {@link sequence} takes. */
export interface SequenceOptions {
  /** Each counts from 0 when its turn comes. */
  readonly schedules: readonly Schedule[]
  /** When each but the first begins, in rising order. */
  readonly milestones: readonly number[]
}

const functions: Rule = {
  wanted: 'a list of schedules such as [warmup({ steps: 10 }), cosine({ steps: 90 })]',
  accepts: (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'function'),
}

/**
 * One schedule after the other. As `SequentialLR` of PyTorch.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function sequence(options: SequenceOptions): Schedule {
  checkOptions('sequence', options, { schedules: functions, milestones: rising })
  const schedules = [...options.schedules]
  const marks = [...options.milestones]
  if (marks.length !== schedules.length - 1) {
    const found = `sequence has ${schedules.length} schedules and the milestones ${quoted(marks)}`
    throw invalid(found, 'give one milestone for each schedule but the first', {
      owner: 'sequence',
      option: 'milestones',
      found: marks,
    })
  }
  return namedSchedule('sequence', (done, base) => {
    const turn = marks.filter((mark) => mark <= done).length
    return schedules[turn]?.(done - (marks[turn - 1] ?? 0), base) ?? Number.NaN
  })
}
