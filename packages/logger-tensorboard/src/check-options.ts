import { checkEvery, quote, RegimenError, suggestion } from '@regimen/core'
import type { TensorboardLoggerOptions, TensorboardSettings } from './options.js'

type Check = readonly [isValid: (value: unknown) => boolean, wanted: string]

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
/** One folder or several, none of them above the one they are in. */
const isFolder = (value: unknown) =>
  isText(value) && value.split(/[\\/]/).every((part) => !['', '.', '..'].includes(part))
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const isBoolean = (value: unknown) => value === undefined || typeof value === 'boolean'
/** What the plugin does itself, on the training thread. */
type Own = Pick<TensorboardLoggerOptions, 'histograms' | 'graph'>

const SETTINGS: Readonly<Record<keyof TensorboardSettings, Check>> = {
  dir: [isText, 'the path of a folder'],
  name: [isFolder, 'the name of a folder'],
  version: [
    (value) => isCount(value) || isFolder(value),
    'a whole number from 0 or the name of a folder',
  ],
  prefix: [isText, 'a text that is not empty'],
  flushMs: [
    (value) => isCount(value) && value !== 0 && (value as number) <= 2000,
    'a whole number of milliseconds from 1 to 2000',
  ],
  hparamMetrics: [
    (value) => Array.isArray(value) && value.every(isText),
    'a list of tags, such as ["val_loss"]',
  ],
}
const OWN: Readonly<Record<keyof Own, Check>> = {
  histograms: [
    isHistograms,
    '{ every: { steps: n } }, with weights, gradients (true or false) and bins (a number) if need be',
  ],
  graph: [isBoolean, 'true or false'],
}
const CHECKS: Readonly<Record<string, Check>> = { ...SETTINGS, ...OWN }

/** Options, by who needs them. */
export interface CheckedOptions<Common> {
  readonly settings: TensorboardSettings
  readonly own: Own
  readonly rest: Partial<Common>
}

/**
 * The options of the writer and the plugin, checked, and those that every logger has.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function checkOptions<Common extends object>(
  given: TensorboardSettings & Own & Common,
  common: readonly (keyof Common & string)[],
): CheckedOptions<Common> {
  if (typeof given !== 'object' || given === null)
    throw invalid(undefined, given, 'an object with options')
  const [settings, own, rest]: Record<string, unknown>[] = [{}, {}, {}]
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key] : undefined
    if (!check && !(common as readonly string[]).includes(key)) throw unknown(key, common)
    if (value === undefined) continue
    if (check && !check[0](value)) throw invalid(key, value, check[1])
    const target = Object.hasOwn(SETTINGS, key) ? settings : Object.hasOwn(OWN, key) ? own : rest
    Object.assign(target as object, { [key]: value })
  }
  return { settings, own, rest } as CheckedOptions<Common>
}

function isHistograms(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { every, weights, gradients, bins = 1, ...more } = value as Record<string, unknown>
  if (typeof every !== 'object') return false
  checkEvery(every, { owner: 'tensorboardLogger', option: 'histograms.every' })
  const areGood = isBoolean(weights) && isBoolean(gradients)
  return areGood && isCount(bins) && bins !== 0 && Object.keys(more).length === 0
}

function unknown(key: string, common: readonly string[]): RegimenError {
  const all = [...Object.keys(CHECKS), ...common]
  const text = `tensorboardLogger has no option ${quote(key)}.${suggestion(key, all)}`
  return new RegimenError('REG_OPTION_UNKNOWN', `${text} It takes ${all.join(', ')}.`, {
    data: { owner: 'tensorboardLogger', option: key, options: all },
  })
}

function invalid(option: string | undefined, found: unknown, wanted: string): RegimenError {
  const what =
    option === undefined ? 'tensorboardLogger takes' : `"${option}" of tensorboardLogger is`
  return new RegimenError('REG_OPTION_INVALID', `${what} ${quote(found)}; give ${wanted}.`, {
    data: {
      owner: 'tensorboardLogger',
      ...(option !== undefined && { option }),
      found,
      expected: wanted,
    },
  })
}
