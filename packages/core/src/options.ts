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

/** A limit on batches that limits nothing. */
export const ALL_BATCHES = Number.POSITIVE_INFINITY
const SPLITS = ['train', 'validation', 'test', 'predict'] as const
const KEYS = [
  'maxEpochs',
  'minEpochs',
  'maxSteps',
  'minSteps',
  'maxSeconds',
  'validateEvery',
  'limitBatches',
  'sanityBatches',
  'logEvery',
  'yieldEvery',
  'rootDir',
  'plugins',
] as const

/** The keys of {@link TrainerOptions}. */
export const optionKeys: readonly string[] = KEYS

/**
 * Checks options without filling them in.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function checkOptions(options: TrainerOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalid('options', options, 'an object')
  }
  for (const key of Object.keys(options)) {
    if ((KEYS as readonly string[]).includes(key)) continue
    throw new RegimenError(
      'REG_OPTION_UNKNOWN',
      `The trainer has no option ${quote(key)}.${suggestion(key, KEYS)} Everything but its ${KEYS.length} options is a plugin: ${KEYS.join(', ')}.`,
    )
  }
  checkCount(options.maxEpochs, 'maxEpochs')
  checkCount(options.minEpochs, 'minEpochs')
  checkCount(options.maxSteps, 'maxSteps')
  checkCount(options.minSteps, 'minSteps')
  checkCount(options.sanityBatches, 'sanityBatches')
  checkNumber(options.maxSeconds, 'maxSeconds')
  checkNumber(options.yieldEvery, 'yieldEvery')
  if (options.validateEvery !== undefined) checkEvery(options.validateEvery, 'validateEvery')
  if (options.logEvery !== undefined) checkEvery(options.logEvery, 'logEvery')
  if (options.limitBatches !== undefined) checkLimits(options.limitBatches)
  if (options.rootDir !== undefined && typeof options.rootDir !== 'string') {
    throw invalid('rootDir', options.rootDir, 'a path')
  }
}

/** Checked options with every default filled in, frozen. */
export function resolveOptions(options: TrainerOptions): ResolvedOptions {
  checkOptions(options)
  const isLimited = options.maxSteps !== undefined || options.maxSeconds !== undefined
  const limits = options.limitBatches
  return Object.freeze({
    maxEpochs: options.maxEpochs ?? (isLimited ? Number.POSITIVE_INFINITY : 1000),
    minEpochs: options.minEpochs ?? 0,
    maxSteps: options.maxSteps ?? Number.POSITIVE_INFINITY,
    minSteps: options.minSteps ?? 0,
    maxSeconds: options.maxSeconds ?? Number.POSITIVE_INFINITY,
    validateEvery: Object.freeze(options.validateEvery ?? { epochs: 1 }),
    limitBatches: Object.freeze({
      train: limits?.train ?? ALL_BATCHES,
      validation: limits?.validation ?? ALL_BATCHES,
      test: limits?.test ?? ALL_BATCHES,
      predict: limits?.predict ?? ALL_BATCHES,
    }),
    sanityBatches: options.sanityBatches ?? 2,
    logEvery: Object.freeze(options.logEvery ?? { steps: 50 }),
    yieldEvery: options.yieldEvery ?? 50,
    rootDir: options.rootDir ?? 'runs',
  })
}

/** Whether nothing was said about when to end. */
export function isUnlimited(options: TrainerOptions): boolean {
  return [options.maxEpochs, options.maxSteps, options.maxSeconds].every(
    (limit) => limit === undefined,
  )
}

function checkLimits(limits: BatchLimits): void {
  if (typeof limits !== 'object' || limits === null) {
    throw invalid('limitBatches', limits, 'an object such as { train: 100 }')
  }
  for (const [split, limit] of Object.entries(limits) as [string, unknown][]) {
    if (!(SPLITS as readonly string[]).includes(split)) {
      throw new RegimenError(
        'REG_OPTION_UNKNOWN',
        `"limitBatches" has no key ${quote(split)}.${suggestion(split, SPLITS)} It takes ${SPLITS.join(', ')}.`,
      )
    }
    if (limit === undefined) continue
    const isShare = typeof limit === 'number' && limit > 0 && limit < 1
    if (!isShare)
      checkCount(limit, `limitBatches.${split}`, 'a whole number from 0 or a fraction in (0, 1)')
  }
}

function checkCount(value: unknown, option: string, wanted = 'a whole number from 0'): void {
  if (value === undefined || value === Number.POSITIVE_INFINITY) return
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) {
    throw invalid(option, value, wanted)
  }
}

function checkNumber(value: unknown, option: string): void {
  if (value === undefined) return
  if (typeof value !== 'number' || Number.isNaN(value) || value < 0) {
    throw invalid(option, value, 'a number from 0')
  }
}

function invalid(option: string, found: unknown, wanted: string): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `"${option}" is ${quote(found)}; give ${wanted}.`)
}
