import { type MetricName, quote, RegimenError, suggestion } from '@regimen/core'
import type { PatienceOptions } from './patience.js'

/** What `earlyStopping` takes. */
export interface EarlyStoppingOptions {
  /** Name of the metric, as reported: `val_loss`. */
  readonly monitor: MetricName
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  /** Checks without an improvement after which the run ends; 0 and 1 both mean the first. Default 3. */
  readonly patience?: number
  /** An improvement must be larger than this. Default 0. */
  readonly minDelta?: number
  /** The run ends as soon as the metric is better than this. */
  readonly stoppingThreshold?: number
  /** The run ends as soon as the metric is worse than this. */
  readonly divergenceThreshold?: number
  /** Whether a value that is NaN or infinite ends the run. Default true. */
  readonly checkFinite?: boolean
  /** Whether it is an error that the metric was not reported; else one warning. Default true. */
  readonly strict?: boolean
  /**
   * Whether the module gets the weights of the best check back when the run ends, unless by an error.
   * Default false. Cost: at each improvement all weights are copied to host memory, which waits for
   * the device and holds one copy of them, also in checkpoints.
   */
  readonly restoreBest?: boolean
  /** When to check: after each validation or each epoch. Default: `validation` where there is one. */
  readonly checkOn?: 'validation' | 'epoch'
  /** Tells two of them apart. Default `early-stopping`. */
  readonly id?: string
}

/** {@link EarlyStoppingOptions} with every default but that of `checkOn`, which the run decides. */
export interface ResolvedOptions extends PatienceOptions {
  readonly monitor: string
  readonly strict: boolean
  readonly restoreBest: boolean
  readonly checkOn: 'validation' | 'epoch' | undefined
  readonly id: string
}

type Check = readonly [isValid: (value: unknown) => boolean, wanted: string]
const isText = (value: unknown) => typeof value === 'string' && value !== ''
const oneOf =
  (...allowed: unknown[]) =>
  (value: unknown) =>
    allowed.includes(value)
const BOOLEAN: Check = [oneOf(true, false), 'true or false']
const THRESHOLD: Check = [
  (value) => typeof value === 'number' && !Number.isNaN(value),
  'a number, or be left out',
]
const CHECKS: Readonly<Record<keyof EarlyStoppingOptions, Check>> = {
  monitor: [isText, 'the name of a metric such as "val_loss"'],
  mode: [oneOf('min', 'max'), '"min" or "max"'],
  patience: [
    (value) =>
      value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 0),
    'a whole number from 0',
  ],
  minDelta: [(value) => Number.isFinite(value) && Number(value) >= 0, 'a number from 0'],
  stoppingThreshold: THRESHOLD,
  divergenceThreshold: THRESHOLD,
  checkFinite: BOOLEAN,
  strict: BOOLEAN,
  restoreBest: BOOLEAN,
  checkOn: [oneOf('validation', 'epoch'), '"validation" or "epoch"'],
  id: [isText, 'a text'],
}
const REQUIRED = ['monitor', 'mode']

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(given: EarlyStoppingOptions): ResolvedOptions {
  if (typeof given !== 'object' || given === null) throw noObject(given)
  const options: Readonly<Record<string, unknown>> = { ...given }
  const unknown = Object.keys(options).find((key) => !Object.hasOwn(CHECKS, key))
  if (unknown !== undefined) throw unknownOption(unknown)
  for (const [key, [isValid, wanted]] of Object.entries(CHECKS)) {
    const value = options[key]
    if ((value === undefined && !REQUIRED.includes(key)) || isValid(value)) continue
    const found = typeof value === 'string' ? JSON.stringify(value) : String(value)
    const text = `"${key}" of earlyStopping can be ${wanted}, got ${found}.`
    const data = { owner: 'earlyStopping', option: key, found: value, expected: wanted }
    throw new RegimenError('REG_OPTION_INVALID', text, { data })
  }
  const { monitor, mode, stoppingThreshold, divergenceThreshold, checkOn } = given
  const { patience = 3, minDelta = 0, checkFinite = true, strict = true } = given
  const { restoreBest = false, id = 'early-stopping' } = given
  checkThresholds(given)
  const rule = { mode, patience, minDelta, stoppingThreshold, divergenceThreshold, checkFinite }
  return { ...rule, monitor, strict, restoreBest, checkOn, id }
}

/** Where every number would end the run. */
function checkThresholds(given: EarlyStoppingOptions): void {
  const { mode, stoppingThreshold: best, divergenceThreshold: worst } = given
  if (best === undefined || worst === undefined) return
  if (mode === 'min' ? best < worst : best > worst) return
  const wanted = mode === 'min' ? 'below' : 'above'
  const text = `"stoppingThreshold" of earlyStopping is ${best}, "divergenceThreshold" ${worst}: the run`
  const advice = `with mode "${mode}" give one ${wanted} the other`
  throw new RegimenError('REG_OPTION_INVALID', `${text} would end at once; ${advice}.`, {
    data: { owner: 'earlyStopping', options: ['stoppingThreshold', 'divergenceThreshold'] },
  })
}

function noObject(given: unknown): RegimenError {
  const text = `earlyStopping was given ${quote(given)}; give an object such as`
  const example = `{ monitor: "val_loss", mode: "min" }`
  return new RegimenError('REG_OPTION_INVALID', `${text} ${example}.`, {
    data: { owner: 'earlyStopping', found: given },
  })
}

function unknownOption(name: string): RegimenError {
  const keys = Object.keys(CHECKS)
  const folded = name.replaceAll('_', '').toLowerCase()
  const longer = keys.find((key) => folded.startsWith(key.toLowerCase()))
  const hint = suggestion(name, keys) || (longer ? ` Did you mean "${longer}"?` : '')
  const text = `earlyStopping has no option "${name}".${hint} It takes ${keys.join(', ')}.`
  return new RegimenError('REG_OPTION_UNKNOWN', text, {
    data: { owner: 'earlyStopping', option: name, options: keys },
  })
}
