import { fail, suggestion } from './errors.js'
import { checkEvery, type Every } from './every.js'
import lightningNames from './lightning-names.json' with { type: 'json' }
import type { PluginEntry } from './plugin.js'

/** How many batches of each kind are used: whole numbers are counts, fractions in (0, 1) shares. */
type Split = 'train' | 'validation' | 'test' | 'predict'
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

type Check = (value: unknown, option: string) => void
type Checks = Readonly<Record<string, Check>>
const isCount = (value: number) => value >= 0 && (Number.isInteger(value) || value === Infinity)
const isShare = (value: number) => value > 0 && value < 1
const count = numberCheck('a whole number from 0', isCount)
const amount = numberCheck('a number from 0', (value) => value >= 0)
const share = 'a whole number from 0 or a fraction in (0, 1)'
const limit = numberCheck(share, (value) => isCount(value) || isShare(value))
const LIMITS = { train: limit, validation: limit, test: limit, predict: limit }
const CHECKS: Readonly<Record<keyof TrainerOptions, Check>> = {
  ...{ maxEpochs: count, minEpochs: count, maxSteps: count, minSteps: count, maxSeconds: amount },
  ...{ validateEvery: checkEvery, logEvery: checkEvery, sanityBatches: count, yieldEvery: amount },
  limitBatches: (value) => checkKnown(value, LIMITS, 'limitBatches'),
  rootDir: (value, option) => typeof value === 'string' || invalid(value, option, 'a path'),
  plugins: () => undefined,
}
const NO_LIMITS = { train: Infinity, validation: Infinity, test: Infinity, predict: Infinity }
const DEFAULTS = {
  ...{ minEpochs: 0, maxSteps: Infinity, minSteps: 0, maxSeconds: Infinity, sanityBatches: 2 },
  ...{ validateEvery: { epochs: 1 }, logEvery: { steps: 50 }, yieldEvery: 50, rootDir: 'runs' },
}

/** The keys of {@link TrainerOptions}. */
export const optionKeys: readonly string[] = Object.keys(CHECKS)

/** Checks options without filling them in. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function checkOptions(options: TrainerOptions): void {
  checkKnown(options, CHECKS)
}

/** Checked options with every default filled in, frozen. */
export function resolveOptions(options: TrainerOptions): ResolvedOptions {
  checkOptions(options)
  const { plugins: _, limitBatches, ...own } = options
  const maxEpochs = isUnlimited(options) ? 1000 : Infinity
  const limits = Object.freeze(Object.assign({}, NO_LIMITS, defined(limitBatches ?? {})))
  const all = Object.assign({ maxEpochs }, DEFAULTS, defined(own), { limitBatches: limits })
  Object.freeze(all.validateEvery)
  Object.freeze(all.logEvery)
  return Object.freeze(all)
}

/** Whether nothing was said about when to end. */
export const isUnlimited = ({ maxEpochs, maxSteps, maxSeconds }: TrainerOptions): boolean =>
  maxEpochs === undefined && maxSteps === undefined && maxSeconds === undefined

/** ` In Regimen it is …` for an option of Lightning, else the nearest that is known, or nothing. */
export function optionHint(given: string, known: Iterable<string>): string {
  const fold = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '')
  const isMeant = ([names]: [string, string]) => new RegExp(fold(names)).test(fold(given))
  const [, here] = Object.entries(lightningNames).find(isMeant) ?? []
  return here === undefined ? suggestion(given, known) : ` In Regimen it is ${here}.`
}

const defined = <T extends object>(given: T) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as T

function checkKnown(given: unknown, checks: Checks, option?: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    invalid(given, option ?? 'options', 'an object')
  }
  const keys = Object.keys(checks)
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (value !== undefined) check?.(value, option ? `${option}.${key}` : key)
    const about = { key, hint: optionHint(key, keys), keys: keys.join(', ') }
    if (!check) fail(`REG_OPTION_UNKNOWN.${option ? 'limit' : 'trainer'}`, about)
  }
}

function numberCheck(wanted: string, isFit: (value: number) => boolean): Check {
  return (value, option) => {
    if (typeof value !== 'number' || !isFit(value)) invalid(value, option, wanted)
  }
}

function invalid(found: unknown, option: string, wanted: string): never {
  fail('REG_OPTION_INVALID.value', { option, found, wanted })
}
