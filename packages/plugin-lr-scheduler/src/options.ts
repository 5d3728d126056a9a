import {
  checkOptions,
  invalid,
  oneOf,
  optional,
  positive,
  quoted,
  type Rule,
  text,
} from './check-options.js'
import type { Plateau } from './plateau.js'
import type { Schedule } from './schedule.js'
import type { WholeRun } from './whole-run.js'

/** A schedule of whichever kind. */
export type AnySchedule = Schedule | Plateau | WholeRun

/** What `lrScheduler` takes. */
export interface LrSchedulerOptions {
  /** One for all optimizers, or one by the optimizer's name; those not named keep their rate. */
  readonly schedule: AnySchedule | Readonly<Record<string, AnySchedule>>
  /** What functions count: batches in which the optimizer changed weights, or epochs. Default `epoch`. */
  readonly interval?: 'step' | 'epoch'
  /** The only optimizer that `schedule` is for, where there are several. */
  readonly optimizer?: string
  /** The base rate, above 0. Default: the optimizer's own when the fit begins. */
  readonly baseLr?: number
  /** Tells two of these apart. Default `lr-scheduler`. */
  readonly id?: string
}

const some: Rule = {
  wanted: 'a schedule such as cosine({ steps: 100 }), or some by the name of the optimizer',
  accepts: (value) => isSchedule(value) || (typeof value === 'object' && value !== null),
}

/** Checks the options. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkSchedulerOptions(options: LrSchedulerOptions): void {
  checkOptions('lrScheduler', options, {
    schedule: some,
    interval: optional(oneOf('step', 'epoch')),
    optimizer: optional(text),
    baseLr: optional(positive),
    id: optional(text),
  })
  const { schedule, interval, optimizer } = options
  const all = isSchedule(schedule) ? [schedule] : Object.values(schedule)
  const wrong = all.find((one) => !isSchedule(one))
  if (all.length === 0 || wrong !== undefined) {
    const found = all.length === 0 ? 'an empty object' : `an object with ${quoted(wrong)}`
    throw invalid(`The option "schedule" of lrScheduler is ${found}`, `give ${some.wanted}`, {
      owner: 'lrScheduler',
      option: 'schedule',
      found: schedule,
      expected: some.wanted,
    })
  }
  if (optimizer !== undefined && !isSchedule(schedule)) {
    const found = 'lrScheduler was given an optimizer and schedules by name'
    throw invalid(found, 'give one schedule with the optimizer, or leave it out', {
      owner: 'lrScheduler',
      options: ['optimizer', 'schedule'],
    })
  }
  if (interval === 'step' && all.every(isPlateau)) {
    const advice = 'leave it out: reduceOnPlateau has checkOn: "epoch" or "validation"'
    throw invalid('The option "interval" of lrScheduler is "step" for a plateau', advice, {
      owner: 'lrScheduler',
      option: 'interval',
      found: interval,
    })
  }
}

/** The schedule of an optimizer, if it has one. */
export function scheduleFor(
  name: string,
  { schedule, optimizer }: LrSchedulerOptions,
): AnySchedule | undefined {
  if (!isSchedule(schedule)) return Object.hasOwn(schedule, name) ? schedule[name] : undefined
  return optimizer === undefined || optimizer === name ? schedule : undefined
}

/** The optimizers that the options name. */
export function namedOptimizers({ schedule, optimizer }: LrSchedulerOptions): readonly string[] {
  if (!isSchedule(schedule)) return Object.keys(schedule)
  return optimizer === undefined ? [] : [optimizer]
}

/** Whether a schedule is judged by a metric. */
export function isPlateau(value: unknown): value is Plateau {
  return (value as Partial<Plateau> | null | undefined)?.kind === 'plateau'
}

/** Whether a schedule is made for the length of the run. */
export function isWholeRun(value: unknown): value is WholeRun {
  return (value as Partial<WholeRun> | null | undefined)?.kind === 'wholeRun'
}

function isSchedule(value: unknown): value is AnySchedule {
  return typeof value === 'function' || isPlateau(value) || isWholeRun(value)
}
