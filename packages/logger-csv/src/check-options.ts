import { quote, RegimenError, suggestion } from '@regimen/core'
import type { CsvSettings } from './options.js'

type Check = readonly [isValid: (value: unknown) => boolean, wanted: string]

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
/** One folder or several, none of them above the one they are in. */
const isFolder = (value: unknown) =>
  isText(value) && value.split(/[\\/]/).every((part) => !['', '.', '..'].includes(part))
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0

const CHECKS: Readonly<Record<keyof CsvSettings, Check>> = {
  dir: [isText, 'the path of a folder'],
  name: [isFolder, 'the name of a folder'],
  version: [
    (value) => isCount(value) || isFolder(value),
    'a whole number from 0 or the name of a folder',
  ],
  prefix: [isText, 'a text that is not empty'],
  flushMs: [
    (value) => isCount(value) && value !== 0,
    'a whole number of milliseconds, more than 0',
  ],
}

/**
 * The options of the writer, checked, and those that every logger has.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function checkOptions<Common extends object>(
  given: CsvSettings & Common,
  common: readonly (keyof Common & string)[],
): { readonly settings: CsvSettings; readonly rest: Partial<Common> } {
  if (typeof given !== 'object' || given === null)
    throw invalid(undefined, given, 'an object with options')
  const settings: Record<string, unknown> = {}
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(CHECKS, key) ? CHECKS[key as keyof CsvSettings] : undefined
    if (!check && !(common as readonly string[]).includes(key)) throw unknown(key, common)
    if (value === undefined) continue
    if (check && !check[0](value)) throw invalid(key, value, check[1])
    if (check) settings[key] = value
    else rest[key] = value
  }
  return { settings, rest: rest as Partial<Common> }
}

function unknown(key: string, common: readonly string[]): RegimenError {
  const all = [...Object.keys(CHECKS), ...common]
  const text = `csvLogger has no option ${quote(key)}.${suggestion(key, all)}`
  return new RegimenError('REG_OPTION_UNKNOWN', `${text} It takes ${all.join(', ')}.`, {
    data: { owner: 'csvLogger', option: key, options: all },
  })
}

function invalid(option: string | undefined, found: unknown, wanted: string): RegimenError {
  const what = option === undefined ? 'csvLogger takes' : `"${option}" of csvLogger is`
  return new RegimenError('REG_OPTION_INVALID', `${what} ${quote(found)}; give ${wanted}.`, {
    data: { owner: 'csvLogger', ...(option !== undefined && { option }), found, expected: wanted },
  })
}
