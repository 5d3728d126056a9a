import { fail } from './errors.js'
import { checkEvery, type Every } from './every.js'
import { optionHint } from './lightning-names.js'
import { quote } from './nearest.js'
import type { PluginEntry } from './plugin.js'

/** How many batches of each kind are used: whole numbers are counts, fractions in (0, 1) shares. */
export type BatchLimits = Readonly<
  Partial<Record<'train' | 'validation' | 'test' | 'predict', number>>
>

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
const count = numberCheck('a whole number from 0', isCount)
const amount = numberCheck('a number from 0', (value) => value >= 0)
const share = 'a whole number from 0 or a fraction in (0, 1)'
const limit = numberCheck(share, (value) => isCount(value) || (value > 0 && value < 1))
const LIMITS = { train: limit, validation: limit, test: limit, predict: limit }
const CHECKS: Readonly<Record<keyof TrainerOptions, Check>> = {
  maxEpochs: count,
  minEpochs: count,
  maxSteps: count,
  minSteps: count,
  maxSeconds: amount,
  validateEvery: checkEvery,
  limitBatches: (value) => checkKnown(value, LIMITS, 'limitBatches.', '"limitBatches" has no key'),
  sanityBatches: count,
  logEvery: checkEvery,
  yieldEvery: amount,
  rootDir: (value, option) => typeof value === 'string' || invalid(value, option, 'a path'),
  plugins: () => undefined,
}

/** The keys of {@link TrainerOptions}. */
export const optionKeys: readonly string[] = Object.keys(CHECKS)

/** Checks options without filling them in. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function checkOptions(options: TrainerOptions): void {
  checkKnown(options, CHECKS, '', 'The trainer has no option')
}

/** Checked options with every default filled in, frozen. */
export function resolveOptions(options: TrainerOptions): ResolvedOptions {
  checkOptions(options)
  const all = Number.POSITIVE_INFINITY
  const {
    maxSteps = all,
    maxSeconds = all,
    minEpochs = 0,
    minSteps = 0,
    sanityBatches = 2,
  } = options
  const { validateEvery = { epochs: 1 }, logEvery = { steps: 50 }, yieldEvery = 50 } = options
  const { maxEpochs = isUnlimited(options) ? 1000 : all, rootDir = 'runs' } = options
  const { train = all, validation = all, test = all, predict = all } = options.limitBatches ?? {}
  const limitBatches = Object.freeze({ train, validation, test, predict })
  for (const schedule of [validateEvery, logEvery]) Object.freeze(schedule)
  const limits = { maxEpochs, minEpochs, maxSteps, minSteps, maxSeconds, limitBatches }
  const others = { validateEvery, sanityBatches, logEvery, yieldEvery, rootDir }
  return Object.freeze({ ...limits, ...others })
}

/** Whether nothing was said about when to end. */
export const isUnlimited = ({ maxEpochs, maxSteps, maxSeconds }: TrainerOptions): boolean =>
  maxEpochs === undefined && maxSteps === undefined && maxSeconds === undefined

function checkKnown(given: unknown, checks: Checks, prefix: string, complaint: string): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    invalid(given, prefix.slice(0, -1) || 'options', 'an object')
  }
  const keys = Object.keys(checks)
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (value !== undefined) check?.(value, prefix + key)
    if (check) continue
    const text = `${complaint} ${quote(key)}.${optionHint(key, keys)} There are ${keys.join(', ')}`
    fail('REG_OPTION_UNKNOWN', text + (prefix === '' ? '; everything else is a plugin.' : '.'))
  }
}

function numberCheck(wanted: string, isFit: (value: number) => boolean): Check {
  return (value, option) => {
    if (typeof value !== 'number' || !isFit(value)) invalid(value, option, wanted)
  }
}

function invalid(found: unknown, option: string, wanted: string): never {
  fail('REG_OPTION_INVALID', `"${option}" is ${quote(found)}; give ${wanted}.`)
}
