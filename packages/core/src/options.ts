import { RegimenError } from './errors.js'
import { checkEvery, type Every } from './every.js'
import { quote, suggestion } from './nearest.js'
import type { PluginEntry } from './plugin.js'

/** How many batches of each kind are used: whole numbers are counts, fractions in (0, 1) shares. */
export interface BatchLimits {
  readonly train?: number
  readonly validation?: number
  readonly test?: number
  readonly predict?: number
}

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

type Check = (value: unknown, option: string) => unknown
const CHECKS: Readonly<Record<keyof TrainerOptions, Check>> = {
  maxEpochs: checkCount,
  minEpochs: checkCount,
  maxSteps: checkCount,
  minSteps: checkCount,
  maxSeconds: checkNumber,
  validateEvery: checkEvery,
  limitBatches: (value) => checkKnown(value, LIMITS, 'limitBatches.', '"limitBatches" has no key'),
  sanityBatches: checkCount,
  logEvery: checkEvery,
  yieldEvery: checkNumber,
  rootDir: checkPath,
  plugins: () => undefined,
}
const LIMITS: Readonly<Record<keyof BatchLimits, Check>> = {
  train: checkLimit,
  validation: checkLimit,
  test: checkLimit,
  predict: checkLimit,
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
  const { maxSteps = all, maxSeconds = all, limitBatches } = options
  const limits = { train: all, validation: all, test: all, predict: all, ...defined(limitBatches) }
  return Object.freeze({
    maxEpochs: isUnlimited(options) ? 1000 : (options.maxEpochs ?? all),
    minEpochs: options.minEpochs ?? 0,
    maxSteps,
    minSteps: options.minSteps ?? 0,
    maxSeconds,
    validateEvery: Object.freeze(options.validateEvery ?? { epochs: 1 }),
    limitBatches: Object.freeze(limits),
    sanityBatches: options.sanityBatches ?? 2,
    logEvery: Object.freeze(options.logEvery ?? { steps: 50 }),
    yieldEvery: options.yieldEvery ?? 50,
    rootDir: options.rootDir ?? 'runs',
  })
}

/** Whether nothing was said about when to end. */
export function isUnlimited({ maxEpochs, maxSteps, maxSeconds }: TrainerOptions): boolean {
  return maxEpochs === undefined && maxSteps === undefined && maxSeconds === undefined
}

function checkKnown(
  given: unknown,
  checks: Readonly<Record<string, Check>>,
  prefix: string,
  complaint: string,
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(given, prefix.slice(0, -1) || 'options', 'an object')
  }
  const keys = Object.keys(checks)
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined
    if (!check) {
      const text = `${complaint} ${quote(key)}.${suggestion(key, keys)} There are ${keys.join(', ')}`
      const rest = prefix === '' ? '; everything else is a plugin.' : '.'
      throw new RegimenError('REG_OPTION_UNKNOWN', text + rest)
    }
    if (value !== undefined) check(value, prefix + key)
  }
}

function checkLimit(value: unknown, option: string): void {
  if (typeof value === 'number' && value > 0 && value < 1) return
  checkCount(value, option, 'a whole number from 0 or a fraction in (0, 1)')
}

function checkCount(value: unknown, option: string, wanted = 'a whole number from 0'): void {
  if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 0)) return
  throw invalid(value, option, wanted)
}

function checkNumber(value: unknown, option: string): void {
  if (typeof value !== 'number' || !(value >= 0)) throw invalid(value, option, 'a number from 0')
}

function defined(limits: BatchLimits | undefined): BatchLimits {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, limit]) => limit !== undefined))
}

function invalid(found: unknown, option: string, wanted: string): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `"${option}" is ${quote(found)}; give ${wanted}.`)
}

function checkPath(value: unknown, option: string): void {
  if (typeof value !== 'string') throw invalid(value, option, 'a path')
}
