import { fail, fold, say, suggestion } from '../floor/errors.js'
import {
  batchesOfShare,
  checkEvery,
  describeEvery,
  type Every,
  isNever,
  isShare,
  partsOf,
} from '../floor/every.js'
import lightningNames from '../floor/lightning-names.json' with { type: 'json' }
import kinds from './option-kinds.json' with { type: 'json' }

/** Options as they come, with plugins or without. */
type AnyOptions = RunOptions & { readonly plugins?: unknown }

/** How many batches of each kind are used: whole numbers are counts, fractions in (0, 1) shares. */
export interface BatchLimits {
  /** Of each training epoch. */
  readonly train?: number
  /** Of each validation loader. */
  readonly validation?: number
  /** Of each test loader. */
  readonly test?: number
  /** Of a prediction. */
  readonly predict?: number
}

/** The options of a run: everything that a Trainer takes but its plugins. */
export interface RunOptions {
  /** Epochs after which the run ends. Default 1000 where no other limit is given; `Infinity` for none. */
  readonly maxEpochs?: number
  /** Epochs before which a plugin's request to stop waits. Default 0. */
  readonly minEpochs?: number
  /** Steps (batches in which weights changed) after which the run ends. Default: no limit. */
  readonly maxSteps?: number
  /** Steps before which a plugin's request to stop waits. Default 0. */
  readonly minSteps?: number
  /** Seconds of training, resumed runs included, after which the run ends. Default: no limit. */
  readonly maxSeconds?: number
  /** When validation runs. Default `{ epochs: 1 }`. A share of an epoch needs data of known size. */
  readonly validateEvery?: Every
  /** How many batches of each kind are used. Default: all. */
  readonly limitBatches?: BatchLimits
  /** Validation batches (of each loader) tried before training; 0 for none, `Infinity` for all. Default 2. */
  readonly sanityBatches?: number
  /**
   * When the metrics of a step become a record for the loggers; `{ epochs: n }` takes the last step of
   * every nth epoch. Default `{ steps: 50 }`.
   */
  readonly logEvery?: Every
  /** Milliseconds after which the loop gives way to timers, signals and I/O. Default 50. */
  readonly yieldEvery?: number
  /** Folder in which plugins write. Default `runs`. */
  readonly rootDir?: string
}

/** The options of one run: complete, checked and frozen. */
export type ResolvedOptions = Required<Omit<RunOptions, 'limitBatches'>> & {
  /** How many batches of each kind are used. */
  readonly limitBatches: Required<BatchLimits>
}

const { wanted } = kinds
type Kind = keyof typeof wanted | 'schedule'
const isAmount = (value: unknown): value is number => typeof value === 'number' && value >= 0
const isWhole = (value: unknown) => Number.isInteger(value) || value === Infinity
const FITS: Readonly<Record<keyof typeof wanted, (value: unknown) => boolean>> = {
  count: (value) => isAmount(value) && isWhole(value),
  amount: isAmount,
  limit: (value) => isAmount(value) && (isWhole(value) || value < 1),
  record: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  path: (value) => typeof value === 'string',
  any: () => true,
}
const NO_LIMITS = { train: Infinity, validation: Infinity, test: Infinity, predict: Infinity }
const DEFAULTS = {
  ...{ minEpochs: 0, maxSteps: Infinity, minSteps: 0, maxSeconds: Infinity, sanityBatches: 2 },
  ...{ validateEvery: { epochs: 1 }, logEvery: { steps: 50 }, yieldEvery: 50, rootDir: 'runs' },
}

/** The keys of the options of a Trainer. */
export const optionKeys: readonly string[] = Object.keys(kinds.options)

/** Checks options without filling them in. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function checkOptions(options: AnyOptions): void {
  checkKnown(options, 'options')
  checkKnown(options.limitBatches ?? {}, 'limitBatches')
}

/** Checked options with every default filled in, frozen. */
export function resolveOptions(options: AnyOptions): ResolvedOptions {
  checkOptions(options)
  const { plugins: _, limitBatches, ...own } = options
  const maxEpochs = isUnlimited(options) ? 1000 : Infinity
  const limits = { ...NO_LIMITS, ...defined(limitBatches) }
  const all = { maxEpochs, ...DEFAULTS, ...defined(own), limitBatches: limits }
  for (const part of [limits, all.validateEvery, all.logEvery, all]) Object.freeze(part)
  return all
}

/** Whether nothing was said about when to end. */
export const isUnlimited = ({ maxEpochs, maxSteps, maxSeconds }: RunOptions): boolean =>
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
  const check = (option: string, found: unknown, kind: Kind) => {
    if (kind === 'schedule') return checkEvery(found, { owner: 'Trainer', option })
    return (
      FITS[kind](found) ||
      fail('REG_OPTION_INVALID.value', { option, found, expected: wanted[kind] })
    )
  }
  check(scope, given, 'record')
  const known = new Map(Object.entries(kinds[scope])) as Map<string, Kind>
  const keys = [...known.keys()]
  for (const [key, value] of Object.entries(given)) {
    const kind = known.get(key)
    const values = { option: key, hint: optionHint(key, keys), options: keys }
    if (!kind) fail(`REG_OPTION_UNKNOWN.${scope}`, values)
    if (value !== undefined) check(scope === 'options' ? key : `${scope}.${key}`, value, kind)
  }
}

/** Why no validation of a run falls due, if none does. @param size batches of an epoch, if known */
export function neverDue(options: ResolvedOptions, size = Infinity) {
  const { validateEvery, maxEpochs: epochs, maxSteps, maxSeconds: seconds } = options
  const [unit, amount] = partsOf(validateEvery)
  const isOfEpoch = isShare(validateEvery)
  const least = isOfEpoch && Number.isFinite(size) ? batchesOfShare(amount, size) : amount
  const counted = isOfEpoch ? 'steps' : unit
  const most = { steps: Math.min(maxSteps, size * epochs), epochs, seconds }[counted]
  if (isNever(validateEvery) || least <= most) return undefined
  return say('notice.neverDue', { every: describeEvery(validateEvery), most, counted })
}
