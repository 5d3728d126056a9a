import {
  custom,
  invalidOption,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
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
  /** The only optimizer that `schedule` is for, if there are several. */
  readonly optimizer?: string
  /** The base rate, above 0. Default: the optimizer's own when the fit begins. */
  readonly baseLr?: number
  /** Tells two of these apart. Default `lr-scheduler`. */
  readonly id?: string
}

const wantedSchedule =
  'a schedule such as cosine({ steps: 100 }), or some by the name of the optimizer'

/** The options of {@link LrSchedulerOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('lrScheduler', {
  schedule: custom<LrSchedulerOptions['schedule']>({
    wanted: wantedSchedule,
    type: 'Schedule | Record<string, Schedule>',
    isRight(value) {
      if (isSchedule(value)) return true
      const some = typeof value === 'object' && value !== null ? Object.values(value) : []
      return some.length > 0 && some.every(isSchedule)
    },
  })
    .required()
    .describe('one schedule for all optimizers, or a record by optimizer name'),
  interval: oneOf('step', 'epoch')
    .otherwise("`'epoch'`")
    .describe("what schedules count: `'step'` (see below) or `'epoch'`"),
  optimizer: text()
    .otherwise('all')
    .describe('the only optimizer that `schedule` is for'),
  baseLr: number()
    .above(0)
    .otherwise("the optimizer's own")
    .describe('the rate from which schedules start'),
  id: text().default('lr-scheduler').describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<LrSchedulerOptions>)

/** Checked options. */
export type ResolvedOptions = ReturnType<typeof options.check>

/** Checks the options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: LrSchedulerOptions): ResolvedOptions {
  const resolved = options.check(input)
  const { schedule, interval, optimizer } = resolved
  if (optimizer !== undefined && !isSchedule(schedule)) {
    const expected = 'none beside schedules by the name of the optimizer'
    invalidOption('lrScheduler', 'optimizer', optimizer, expected, {
      data: { options: ['optimizer', 'schedule'] },
    })
  }
  const all = isSchedule(schedule) ? [schedule] : Object.values(schedule)
  if (interval === 'step' && all.every(isPlateau)) {
    const expected =
      'none for a plateau: reduceOnPlateau has checkOn: "epoch" or "validation"'
    invalidOption('lrScheduler', 'interval', interval, expected)
  }
  return resolved
}

/** The schedule of an optimizer, if it has one. */
export function scheduleFor(
  name: string,
  { schedule, optimizer }: LrSchedulerOptions,
): AnySchedule | undefined {
  if (!isSchedule(schedule))
    return Object.hasOwn(schedule, name) ? schedule[name] : undefined
  return optimizer === undefined || optimizer === name ? schedule : undefined
}

/** The optimizers that the options name. */
export function namedOptimizers({
  schedule,
  optimizer,
}: LrSchedulerOptions): readonly string[] {
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
