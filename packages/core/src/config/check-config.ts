import {
  type ErrorCode,
  type ErrorData,
  isRegimenError,
  quote,
  RegimenError,
} from '../floor/errors.js'
import { checkOptions, optionHint, optionKeys } from '../state/options.js'
import { accelerators, type RegimenConfig } from './define-config.js'

type Check = readonly [isFine: (value: unknown) => boolean, wanted: string]

const isMade = (value: unknown) => value !== null && /object|function/.test(typeof value)
const isReference = (value: unknown) => value !== null && /object|string/.test(typeof value)
const CHECKS: Readonly<Record<string, Check>> = {
  module: [isMade, 'the module, or a function that makes it'],
  data: [isMade, 'the data, or a function that makes them'],
  accelerator: [(value) => accelerators.includes(value as never), accelerators.join(', ')],
  gpus: [isGpus, 'a count such as 1, indices such as [0, 2], or -1 for all'],
  resumeFrom: [isReference, '"last", "best", a path or a snapshot'],
  plugins: [Array.isArray, 'a list'],
}
const REQUIRED = ['module', 'data']

/** The keys of a {@link RegimenConfig}. */
export const configKeys: readonly string[] = [...new Set([...Object.keys(CHECKS), ...optionKeys])]

/**
 * Checks everything in a config but its plugins.
 *
 * @param where what it came from, for errors: the path of the file
 * @throws REG_CONFIG_INVALID, REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function checkConfig(config: unknown, where: string): RegimenConfig {
  const fail = (code: ErrorCode, text: string, data: ErrorData) =>
    new RegimenError(code, `${where}: ${text}`, { data: { ...data, file: where } })
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    const text = `the config is ${quote(config)}; give an object, or a function that makes one.`
    throw fail('REG_CONFIG_INVALID', text, { found: config })
  }
  for (const key of Object.keys(config)) {
    if (configKeys.includes(key)) continue
    const text = `the key ${quote(key)} is not known.${optionHint(key, configKeys)} Known are ${configKeys.join(', ')}.`
    throw fail('REG_OPTION_UNKNOWN', text, { option: key, options: configKeys })
  }
  for (const [key, [isFine, wanted]] of Object.entries(CHECKS)) {
    const value: unknown = config[key as never]
    if (isFine(value) || (value === undefined && !REQUIRED.includes(key))) continue
    const data = { option: key, found: value, expected: wanted }
    throw fail('REG_CONFIG_INVALID', `"${key}" is ${quote(value)}; give ${wanted}.`, data)
  }
  const options = Object.entries(config).filter(([key]) => !(key in CHECKS))
  try {
    checkOptions(Object.fromEntries(options))
  } catch (thrown) {
    throw isRegimenError(thrown) ? fail(thrown.code, thrown.detail, thrown.data) : thrown
  }
  return config as RegimenConfig
}

function isGpus(gpus: unknown): boolean {
  if (Array.isArray(gpus)) return isGpus(gpus.join())
  return (typeof gpus === 'string' ? /^(-1|\d+(\s*,\s*\d+)*)$/ : /^(-1|[1-9]\d*)$/).test(`${gpus}`)
}
