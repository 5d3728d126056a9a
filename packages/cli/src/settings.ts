import { isRegimenError } from '@regimen/core'
import {
  checkConfig,
  configKeys,
  type Hparams,
  optionHint,
  type RegimenConfig,
} from '@regimen/core/config'
import { parseValue, type Setting } from './dotted-path.js'
import { withHparam } from './hparam-settings.js'
import { UsageError } from './usage-error.js'

const EVERY = { keys: ['steps', 'epochs', 'seconds'], isUnion: true }
const NESTED: Readonly<Record<string, { keys: readonly string[]; isUnion: boolean }>> = {
  limitBatches: { keys: ['train', 'validation', 'test', 'predict'], isUnion: false },
  validateEvery: EVERY,
  logEvery: EVERY,
}
/** Whether a setting is of an option of a plugin. */
export const isOfPlugin = ({ path }: Setting): boolean => /^plugins\./.test(path)

const isHparam = ({ path }: Setting): boolean => /^hparams(\.|$)/.test(path)

const SETTABLE = configKeys.filter((key) => !['module', 'data', 'plugins'].includes(key))

/**
 * A config with settings such as `limitBatches.train=3` or `hparams.units=64` on top of it. `null` takes a key
 * out. Those of plugins are not among them.
 *
 * @throws UsageError
 */
export function withSettings(
  config: RegimenConfig,
  settings: readonly Setting[],
): RegimenConfig {
  if (settings.length === 0) return config
  const result: Record<string, unknown> = { ...config }
  for (const setting of settings) {
    const { path, text } = setting
    if (isHparam(setting)) result.hparams = withHparam(result.hparams as Hparams, setting)
    else put(result, path, parseValue(text, path))
  }
  try {
    return checkConfig(result, '--set')
  } catch (thrown) {
    if (!isRegimenError(thrown)) throw thrown
    throw new UsageError(thrown.message, { cause: thrown })
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
  const isPlugins = path === 'plugins'
  const way = isPlugins ? ' Set an option: plugins.<plugin>.<option>=<value>.' : near
  return new UsageError(
    `--set ${path}: "${key}" cannot be set.${way} It takes ${known.join(', ')}.`,
  )
}
