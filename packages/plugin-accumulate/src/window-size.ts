import { type ErrorData, RegimenError } from '@regimen/core'

/** What both kinds of options have. */
interface AccumulateCommon {
  /**
   * What the loss is over the samples of its batch. Of a `mean`, the default, a window takes the mean of
   * the gradients, weighed by samples; of a `sum` their sum.
   */
  readonly reduction?: 'mean' | 'sum'
}

/** One size of the windows for the whole run. */
export interface AccumulateBatches extends AccumulateCommon {
  /** Batches per optimizer step, a whole number from 1. */
  readonly batches: number
  readonly schedule?: undefined
}

/** Sizes that change by epoch. */
export interface AccumulateSchedule extends AccumulateCommon {
  /**
   * Batches per optimizer step from an epoch on, by the 0-based epoch: `{ 0: 1, 4: 2 }` is 1 in the
   * first four epochs and 2 from the fifth on. Before the first key it is 1.
   */
  readonly schedule: Readonly<Record<number, number>>
  readonly batches?: undefined
}

/** What `accumulate` takes: `batches` or a `schedule`. */
export type AccumulateOptions = AccumulateBatches | AccumulateSchedule

/** Batches per optimizer step in a 0-based epoch. */
export type WindowSize = (epoch: number) => number

/** How many batches make a window. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function windowSize(options: AccumulateOptions): WindowSize {
  const { batches, schedule, reduction = 'mean' } = checkKeys(options)
  if (reduction !== 'mean' && reduction !== 'sum') {
    const found = `The option "reduction" of accumulate is ${quoted(reduction)}`
    throw invalid(found, 'give "mean" or "sum"', { option: 'reduction', found: reduction })
  }
  if ((batches === undefined) === (schedule === undefined)) {
    const which = batches === undefined ? 'neither batches nor schedule' : 'batches and schedule'
    throw invalid(`accumulate was given ${which}`, `give one of them, such as ${EXAMPLES}`, {
      options: ['batches', 'schedule'],
    })
  }
  if (schedule === undefined) {
    const size = checkSize('batches', batches)
    return () => size
  }
  const sizes = checkSchedule(schedule)
  return (epoch) => sizes.findLast(([first]) => first <= epoch)?.[1] ?? 1
}

const EXAMPLES = '{ batches: 4 } or { schedule: { 0: 1, 4: 2 } }'
const KEYS = ['batches', 'schedule', 'reduction']

function checkKeys(options: unknown): Readonly<Record<string, unknown>> {
  if (typeof options !== 'object' || options === null) {
    throw invalid(`accumulate was given ${quoted(options)}`, `give ${EXAMPLES}`, { found: options })
  }
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key))
  if (unknown === undefined) return options as Readonly<Record<string, unknown>>
  const text = `accumulate has no option "${unknown}". It takes batches or schedule, and reduction.`
  throw new RegimenError('REG_OPTION_UNKNOWN', text, {
    data: { owner: 'accumulate', option: unknown, options: KEYS },
  })
}

function checkSchedule(schedule: unknown): readonly (readonly [number, number])[] {
  const isObject = typeof schedule === 'object' && schedule !== null && !Array.isArray(schedule)
  const entries = isObject ? Object.entries(schedule) : []
  if (entries.length === 0) {
    const found = isObject ? 'empty' : quoted(schedule)
    throw invalid(
      `The option "schedule" of accumulate is ${found}`,
      'give { 0: 1, 4: 2 } or the like',
      { option: 'schedule', found: schedule },
    )
  }
  const sizes = entries.map(([key, size]) => {
    if (!/^\d+$/.test(key)) {
      const found = `The option "schedule" of accumulate has the key "${key}"`
      throw invalid(found, 'keys are epochs, whole numbers from 0', {
        option: 'schedule',
        found: key,
      })
    }
    return [Number(key), checkSize(`schedule[${key}]`, size)] as const
  })
  return sizes.sort(([a], [b]) => a - b)
}

function checkSize(option: string, size: unknown): number {
  if (typeof size === 'number' && Number.isSafeInteger(size) && size >= 1) return size
  const found = `The option "${option}" of accumulate is ${quoted(size)}`
  throw invalid(found, 'give a whole number from 1', { option, found: size })
}

function invalid(found: string, advice: string, data: ErrorData): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `${found}; ${advice}.`, {
    data: { owner: 'accumulate', ...data },
  })
}

function quoted(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : String(value)
}
