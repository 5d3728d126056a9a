import { fail } from './errors.js'
import { suggestion } from './near-miss.js'
import { quote } from './quote.js'

/**
 * How often something happens. `steps` are counted over the whole run, as `step` is: batches in which
 * weights changed. `epochs` may be a share of an epoch (`0.25`: four times per epoch, counted from its
 * beginning). `seconds` are seconds of training since the last time; the time between a saved run and
 * its resumption does not count. 0 and `Infinity` mean never.
 */
export type Every = Readonly<{ steps: number } | { epochs: number } | { seconds: number }>

/** The units of {@link Every}. */
export type EveryUnit = 'steps' | 'epochs' | 'seconds'
const UNITS: readonly EveryUnit[] = ['steps', 'epochs', 'seconds']
const WANTED =
  'one of { steps: n }, { epochs: n } or { seconds: n }, with a whole number of steps, a whole number of epochs or a share of one between 0 and 1, or a number of seconds from 0; 0 and Infinity mean never'

/** The unit and the amount of a schedule. */
export const partsOf = (every: Every): [unit: EveryUnit, amount: number] =>
  entriesOf(every)[0] as [EveryUnit, number]

/** Whether a schedule means never: an amount of 0 or `Infinity`. */
export function isNever(every: Every): boolean {
  const [, amount] = partsOf(every)
  return amount === 0 || amount === Number.POSITIVE_INFINITY
}

/** Whether a schedule is a share of an epoch; then the size of an epoch must be known. */
export function isShare(every: Every): boolean {
  const [unit, amount] = partsOf(every)
  return unit === 'epochs' && amount > 0 && amount < 1
}

/** A share of an epoch in batches, at least one. */
export const batchesOfShare = (share: number, trainBatches: number): number =>
  Math.max(1, Math.floor(trainBatches * share + 1e-9))

/** A schedule in words: `every 100 steps`. */
export function describeEvery(every: Every): string {
  const [unit, amount] = partsOf(every)
  if (isNever(every)) return 'never'
  if (isShare(every)) return `every ${amount} of an epoch`
  return amount === 1 ? `every ${unit.slice(0, -1)}` : `every ${amount} ${unit}`
}

/** Whether a value is a schedule. */
export function isEvery(value: unknown): value is Every {
  const [first, ...others] = entriesOf(value)
  if (first === undefined || others.length > 0) return false
  const [unit, amount] = first
  if (typeof amount !== 'number' || !(amount >= 0)) return false
  if (unit === 'seconds' || amount === Number.POSITIVE_INFINITY)
    return UNITS.includes(unit)
  if (unit === 'epochs' && amount < 1) return true
  return UNITS.includes(unit) && Number.isInteger(amount)
}

/** Which option holds a schedule, for errors: `checkpoint` and `every`. */
export interface ScheduleOwner {
  readonly owner: string
  readonly option: string
  /** The plugin's id, once it is part of a trainer. */
  readonly plugin?: string
}

/**
 * Checks a schedule from an option, as the Trainer checks its own.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkEvery(value: unknown, { owner, option }: ScheduleOwner): Every {
  if (isEvery(value)) return value
  const { foundText, expected, hint } = everyFault(value)
  const values = { owner, option, foundText, expected, hint }
  return fail('REG_OPTION_INVALID.value', values, { data: { found: value } })
}

/** What is wrong with a value that is not a schedule, in words. */
export function everyFault(value: unknown) {
  const unknown = entriesOf(value).find(([unit]) => !UNITS.includes(unit))
  const hint = unknown ? suggestion(unknown[0], UNITS) : ''
  return { foundText: describeFound(value), expected: WANTED, hint }
}

/**
 * Refuses a share of an epoch whose size is not known, which would never be due.
 *
 * @throws REG_OPTION_INVALID
 */
export function checkShare(
  every: Every,
  { owner, option, ...place }: ScheduleOwner,
  trainBatches: number | undefined,
): void {
  if (!isShare(every) || trainBatches !== undefined) return
  const values = { owner, option, foundText: describeFound(every) }
  fail('REG_OPTION_INVALID.shareOfEpoch', values, { ...place, data: { found: every } })
}

/** The entries of an object that are not `undefined`. */
const entriesOf = (value: unknown): [EveryUnit, unknown][] => {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value)
  const entries = isRecord ? (Object.entries(value) as [EveryUnit, unknown][]) : []
  return entries.filter(([, amount]) => amount !== undefined)
}

/** A value as it would be written in code: JSON lacks NaN and the infinities. */
function describeFound(value: unknown): string {
  const entries = entriesOf(value)
  if (entries.length === 0 || !entries.every(([, amount]) => typeof amount === 'number'))
    return quote(value)
  return `{ ${entries.map(([unit, amount]) => `${unit}: ${amount}`).join(', ')} }`
}
