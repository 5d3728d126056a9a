import { fail, fold, say, suggestion } from './errors.js'
import lightningNames from './lightning-names.json' with { type: 'json' }
import kinds from './option-kinds.json' with { type: 'json' }
import type { PluginEntry } from './plugin.js'
import type { Counters } from './run-state.js'

type Split = 'train' | 'validation' | 'test' | 'predict'
/** How many batches of each kind are used: whole numbers are counts, fractions in (0, 1) shares. */
export type BatchLimits = Readonly<Partial<Record<Split, number>>>

/** Everything that a Trainer takes. Whatever is not here is a plugin. */
export interface TrainerOptions {
  /** Epochs after which the run ends. Default 1000 where no other limit is given; `Infinity` for none. */
  readonly maxEpochs?: number
  /** Epochs before which a plugin's request to stop waits. Default 0. */
  readonly minEpochs?: number
  /** Optimizer steps after which the run ends. Default: no limit. */
  readonly maxSteps?: number
  /** Optimizer steps before which a plugin's request to stop waits. Default 0. */
  readonly minSteps?: number
  /** Seconds of training, resumed runs included, after which the run ends. Default: no limit. */
  readonly maxSeconds?: number
  /** When validation runs. Default `{ epochs: 1 }`. */
  readonly validateEvery?: Every
  readonly limitBatches?: BatchLimits
  /** Validation batches (of each loader) tried before training; 0 for none, `Infinity` for all. Default 2. */
  readonly sanityBatches?: number
  /** When the metrics of a step become a record for the loggers. Default `{ steps: 50 }`. */
  readonly logEvery?: Every
  /** Milliseconds after which the loop gives way to timers, signals and I/O. Default 50. */
  readonly yieldEvery?: number
  /** Folder in which plugins write. Default `runs`. */
  readonly rootDir?: string
  /** Nested arrays and falsy entries are allowed. */
  readonly plugins?: readonly PluginEntry[]
}

/** The options of one run: complete, checked and frozen. */
export type ResolvedOptions = Required<Omit<TrainerOptions, 'plugins' | 'limitBatches'>> & {
  readonly limitBatches: Required<BatchLimits>
}

const { wanted } = kinds
type Kind = keyof typeof wanted
const isAmount = (value: unknown): value is number => typeof value === 'number' && value >= 0
const isWhole = (value: unknown) => Number.isInteger(value) || value === Infinity
const FITS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  count: (value) => isAmount(value) && isWhole(value),
  amount: isAmount,
  limit: (value) => isAmount(value) && (isWhole(value) || value < 1),
  schedule: isEvery,
  record: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  path: (value) => typeof value === 'string',
  any: () => true,
}
const NO_LIMITS = { train: Infinity, validation: Infinity, test: Infinity, predict: Infinity }
const DEFAULTS = {
  ...{ minEpochs: 0, maxSteps: Infinity, minSteps: 0, maxSeconds: Infinity, sanityBatches: 2 },
  ...{ validateEvery: { epochs: 1 }, logEvery: { steps: 50 }, yieldEvery: 50, rootDir: 'runs' },
}

/** The keys of {@link TrainerOptions}. */
export const optionKeys: readonly string[] = Object.keys(kinds.options)

/** Checks options without filling them in. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function checkOptions(options: TrainerOptions): void {
  checkKnown(options, 'options')
  checkKnown(options.limitBatches ?? {}, 'limitBatches')
}

/** Checked options with every default filled in, frozen. */
export function resolveOptions(options: TrainerOptions): ResolvedOptions {
  checkOptions(options)
  const { plugins: _, limitBatches, ...own } = options
  const maxEpochs = isUnlimited(options) ? 1000 : Infinity
  const limits = { ...NO_LIMITS, ...defined(limitBatches) }
  const all = { maxEpochs, ...DEFAULTS, ...defined(own), limitBatches: limits }
  for (const part of [limits, all.validateEvery, all.logEvery, all]) Object.freeze(part)
  return all
}

/** Whether nothing was said about when to end. */
export const isUnlimited = ({ maxEpochs, maxSteps, maxSeconds }: TrainerOptions): boolean =>
  maxEpochs === undefined && maxSteps === undefined && maxSeconds === undefined

/** ` In Regimen it is …` for an option of Lightning, else the nearest that is known, or nothing. */
export function optionHint(given: string, known: Iterable<string>): string {
  const isMeant = ([names]: [string, string]) => new RegExp(fold(names)).test(fold(given))
  const [, here] = Object.entries(lightningNames).find(isMeant) ?? []
  return here === undefined ? suggestion(given, known) : ` In Regimen it is ${here}.`
}

const defined = <T extends object>(given?: T) =>
  Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined)) as T

function checkKnown(given: object, scope: 'options' | 'limitBatches'): void {
  const check = (option: string, found: unknown, kind: Kind) =>
    FITS[kind](found) || fail('REG_OPTION_INVALID.value', { option, found, wanted: wanted[kind] })
  check(scope, given, 'record')
  const known = new Map(Object.entries(kinds[scope])) as Map<string, Kind>
  const keys = [...known.keys()]
  for (const [key, value] of Object.entries(given)) {
    const kind = known.get(key)
    const about = { key, hint: optionHint(key, keys), keys: keys.join(', ') }
    if (!kind) fail(`REG_OPTION_UNKNOWN.${scope}`, about)
    if (value !== undefined) check(scope === 'options' ? key : `${scope}.${key}`, value, kind)
  }
}

/**
 * How often something happens. `steps` are optimizer steps over the whole run; `epochs` may be a
 * share of an epoch (`0.25`: four times in each, counted anew in every epoch); `seconds` are wall
 * time since the last time. 0 means never.
 */
export type Every = Readonly<{ steps: number } | { epochs: number } | { seconds: number }>

/** The state of a schedule between two looks: the step and the time (ms) at which it last fell due. */
export type LastDue = { lastStep: number; lastAt: number }
/** What a schedule looks at: the counters, and the batches of an epoch for shares of one. */
type Progress = Readonly<{ state: Counters; trainBatches: number | undefined }>

/** Whether a value is a schedule. */
export function isEvery(value: unknown): boolean {
  const [[unit, amount] = ['', 0], ...more] = Object.entries<number>(Object(value))
  if (!['steps', 'epochs', 'seconds'].includes(unit) || more.length > 0) return false
  const mayBeBroken = unit === 'seconds' || (unit === 'epochs' && amount <= 1)
  return typeof amount === 'number' && amount >= 0 && (mayBeBroken || Number.isInteger(amount))
}

/** Whether a schedule falls due in the middle of epochs, so that it is asked after each batch. */
export const isWithinEpoch = (every: Every): boolean => !('epochs' in every) || every.epochs < 1

/** Whether a schedule of whole epochs is due after this many completed epochs. */
export const isDueAtEpoch = (every: Every, epochs: number): boolean =>
  !isWithinEpoch(every) && epochs % partsOf(every)[1] === 0

/**
 * Whether a schedule is due after a batch. A step that did not change since the last look (its
 * gradients were withheld) does not trigger twice.
 *
 * @param now in milliseconds
 */
export function isDueAtBatch(every: Every, run: Progress, last: LastDue, now: number): boolean {
  const { state, trainBatches: size } = run
  if ('steps' in every) return state.step !== last.lastStep && state.step % every.steps === 0
  if ('seconds' in every) return every.seconds > 0 && now - last.lastAt >= every.seconds * 1000
  const isShare = every.epochs > 0 && every.epochs < 1 && size !== undefined
  return isShare && state.batch % batchesOfShare(every.epochs, size) === 0
}

/** A share of an epoch in batches, at least one. */
export const batchesOfShare = (share: number, epochSize: number): number =>
  Math.max(1, Math.floor(epochSize * share + 1e-9))

/** A schedule in words: `every 100 steps`. */
export function describeEvery(every: Every): string {
  const [unit, amount] = partsOf(every)
  if (amount === 0) return 'never'
  if (unit === 'epochs' && amount < 1) return `every ${amount} of an epoch`
  return amount === 1 ? `every ${unit.slice(0, -1)}` : `every ${amount} ${unit}`
}

/** The unit and the number of a schedule; 0 means never. */
export const partsOf = (every: Every) =>
  Object.entries(every)[0] as [unit: 'steps' | 'epochs' | 'seconds', amount: number]

/** Why no validation of a run falls due, if none does. @param size batches of an epoch, if known */
export function neverDue(options: ResolvedOptions, size = Infinity) {
  const { validateEvery, maxEpochs: epochs, maxSteps, maxSeconds: seconds } = options
  const [unit, amount] = partsOf(validateEvery)
  const isShare = unit === 'epochs' && amount < 1
  const least = isShare && Number.isFinite(size) ? batchesOfShare(amount, size) : amount
  const counted = isShare ? 'steps' : unit
  const most = { steps: Math.min(maxSteps, size * epochs), epochs, seconds }[counted]
  if (amount === 0 || least <= most) return undefined
  return say('notice.neverDue', { every: describeEvery(validateEvery), most, counted })
}
