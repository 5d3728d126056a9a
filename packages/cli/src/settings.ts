import { isRegimenError } from '@regimen/core'
import {
  checkConfig,
  configKeys,
  optionHint,
  type RegimenConfig,
} from '@regimen/core/config'
import { UsageError } from './usage-error.js'

const EVERY = { keys: ['steps', 'epochs', 'seconds'], isUnion: true }
const NESTED: Readonly<Record<string, { keys: readonly string[]; isUnion: boolean }>> = {
  limitBatches: { keys: ['train', 'validation', 'test', 'predict'], isUnion: false },
  validateEvery: EVERY,
  logEvery: EVERY,
}
const SETTABLE = configKeys.filter((key) => !['module', 'data', 'plugins'].includes(key))

/**
 * A config with settings such as `limitBatches.train=3` on top of it. `null` takes a key out.
 *
 * @throws UsageError
 */
export function withSettings(
  config: RegimenConfig,
  settings: readonly string[],
): RegimenConfig {
  if (settings.length === 0) return config
  const result: Record<string, unknown> = { ...config }
  for (const setting of settings) {
    const [, path = '', text = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? []
    if (path === '') throw new UsageError(`--set ${setting}: give key=value.`)
    put(result, path, parseValue(text, path))
  }
  try {
    return checkConfig(result, '--set')
  } catch (thrown) {
    if (!isRegimenError(thrown)) throw thrown
    throw new UsageError(thrown.message, { cause: thrown })
  }
}

/**
 * A value as typed: JSON, `Infinity`, an object or list with bare keys, else the text itself.
 *
 * @throws UsageError for brackets that do not close
 */
export function parseValue(text: string, path: string): unknown {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text)
  if (text === 'Infinity') return Number.POSITIVE_INFINITY
  try {
    return JSON.parse(text.replace(/([{,]\s*)([A-Za-z_]\w*)\s*:/g, '$1"$2":'))
  } catch (cause) {
    if (!/^[[{"]/.test(text)) return text
    throw new UsageError(`--set ${path}=${text}: the value is not JSON.`, { cause })
  }
}

function put(config: Record<string, unknown>, path: string, value: unknown): void {
  const [key = '', inner, ...deeper] = path.split('.')
  if (!SETTABLE.includes(key)) throw unknown(path, key, SETTABLE)
  if (inner === undefined) {
    if (value === null) delete config[key]
    else config[key] = value
    return
  }
  const nested = NESTED[key]
  if (!nested) throw new UsageError(`--set ${path}: "${key}" has no nested keys.`)
  if (deeper.length > 0 || !nested.keys.includes(inner)) {
    throw unknown(path, [inner, ...deeper].join('.'), nested.keys)
  }
  const { [inner]: _, ...others } = nested.isUnion
    ? {}
    : (Object(config[key]) as typeof config)
  config[key] = value === null ? others : { ...others, [inner]: value }
}

function unknown(path: string, key: string, known: readonly string[]): UsageError {
  const near = optionHint(key, known)
  return new UsageError(
    `--set ${path}: "${key}" cannot be set.${near} It takes ${known.join(', ')}.`,
  )
}
