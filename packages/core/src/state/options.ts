import { either, group } from '../floor/compound-kinds.js'
import { say } from '../floor/errors.js'
import {
  batchesOfShare,
  describeEvery,
  type Every,
  isNever,
  isShare,
  partsOf,
} from '../floor/every.js'
import { amount, count, custom, every, number } from '../floor/option-kinds.js'
import { optionSchema } from '../floor/option-schema.js'
import type { OptionFieldsOf } from '../floor/option-types.js'
import { nameHint } from '../floor/read-options.js'
import { lightningNames } from './lightning-names.js'

/** Options as a user passes them, with or without plugins. */
type AnyOptions = RunOptions & { readonly plugins?: unknown }

/** How many batches of each kind are used: integers are counts, numbers in (0, 1) are shares. */
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

/** The options of a run: all options of a Trainer except its plugins. */
export interface RunOptions {
  /** Epochs after which the run ends. Default 1000 if there is no other limit; `Infinity` for none. */
  readonly maxEpochs?: number
  /** A plugin's stop request waits until this many epochs are completed. Default 0. */
  readonly minEpochs?: number
  /** Steps (batches in which weights changed) after which the run ends. Default: no limit. */
  readonly maxSteps?: number
  /** A plugin's stop request waits until this many steps are taken. Default 0. */
  readonly minSteps?: number
  /** Seconds of training, resumed runs included, after which the run ends. Default: no limit. */
  readonly maxSeconds?: number
  /** When validation runs. Default `{ epochs: 1 }`. A share of an epoch needs data of known size. */
  readonly validateEvery?: Every
  /** How many batches of each kind are used. Default: all. */
  readonly limitBatches?: BatchLimits
  /** Validation batches of each loader that run before training; 0 for none, `Infinity` for all. Default 2. */
  readonly sanityBatches?: number
  /**
   * When the metrics of a step become a record for the loggers; `{ epochs: n }` takes the last step of
   * every nth epoch. Default `{ steps: 50 }`.
   */
  readonly logEvery?: Every
  /** Milliseconds after which the loop yields to timers, signals and I/O. Default 50. */
  readonly yieldEvery?: number
  /** Folder in which plugins write. Default `runs`. */
  readonly rootDir?: string
}

/** The options of one run: complete, checked and frozen. */
export type ResolvedOptions = Required<Omit<RunOptions, 'limitBatches'>> & {
  /** How many batches of each kind are used. */
  readonly limitBatches: Required<BatchLimits>
}

const countOrAll = () => count().orInfinity()
/** A number of batches, or a share of all batches. */
const limit = () => {
  const share = number().above(0).below(1)
  return either(countOrAll(), share).expecting(
    'a non-negative integer or a fraction in (0, 1)',
  )
}

/** The options of a Trainer: check, defaults, help and JSON schema. */
export const trainerFields = {
  maxEpochs: countOrAll()
    .otherwise('1000 where no other limit is given')
    .describe('epochs after which the run ends'),
  minEpochs: countOrAll().default(0).describe('epochs before which a stop request waits'),
  maxSteps: countOrAll()
    .default(Infinity)
    .describe('steps (batches in which weights changed) after which the run ends'),
  minSteps: countOrAll().default(0).describe('steps before which a stop request waits'),
  maxSeconds: amount()
    .orInfinity()
    .default(Infinity)
    .describe('seconds of training after which the run ends, resumed runs included'),
  validateEvery: every()
    .default({ epochs: 1 })
    .describe('when validation runs; a share of an epoch needs data of known size'),
  limitBatches: group({
    train: limit().default(Infinity).describe('of each training epoch'),
    validation: limit().default(Infinity).describe('of each validation loader'),
    test: limit().default(Infinity).describe('of each test loader'),
    predict: limit().default(Infinity).describe('of a prediction'),
  })
    .default({})
    .otherwise('all')
    .describe('how many batches of each kind are used: a count, or a share in (0, 1)'),
  sanityBatches: countOrAll()
    .default(2)
    .describe('validation batches of each loader tried before training'),
  logEvery: every()
    .default({ steps: 50 })
    .describe('when the metrics of a step become a record for the loggers'),
  yieldEvery: amount()
    .orInfinity()
    .default(50)
    .describe('milliseconds after which the loop gives way to timers, signals and I/O'),
  rootDir: custom<string>({
    wanted: 'a path',
    type: 'string',
    json: { type: 'string' },
    isRight: (value) => typeof value === 'string',
  })
    .default('runs')
    .describe('folder in which plugins write'),
  plugins: custom<unknown>({
    wanted: 'a list of plugins',
    type: 'PluginEntry[]',
    isRight: () => true,
  }).describe('plugins; nested lists and falsy entries are allowed'),
} satisfies OptionFieldsOf<AnyOptions>

const trainerOptions = optionSchema('Trainer', trainerFields, lightningNames)

/** The keys of the options of a Trainer. */
export const optionKeys: readonly string[] = Object.keys(trainerFields)

/** Checked options with every default filled in, frozen. @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID */
export function resolveOptions(options: AnyOptions): ResolvedOptions {
  const { plugins: _, maxEpochs, ...others } = trainerOptions.check(options)
  const limits = others.limitBatches as Required<BatchLimits>
  const all = {
    ...others,
    maxEpochs: maxEpochs ?? (isUnlimited(options) ? 1000 : Infinity),
    limitBatches: limits,
  }
  for (const part of [limits, all.validateEvery, all.logEvery, all]) Object.freeze(part)
  return all
}

/** Whether no limit was set. */
export const isUnlimited = ({ maxEpochs, maxSteps, maxSeconds }: RunOptions): boolean =>
  maxEpochs === undefined && maxSteps === undefined && maxSeconds === undefined

/** ` In Regimen it is …` for an option of Lightning, else the closest known option, or nothing. */
export const optionHint = (name: string, known: Iterable<string>): string =>
  nameHint(name, known, lightningNames)

/** Why no validation of a run is ever due, if so. @param size batches per epoch, if known */
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
