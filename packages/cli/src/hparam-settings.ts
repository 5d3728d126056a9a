import { type Json, quote, quoteAll, suggestion } from '@regimen/core'
import type { Hparams } from '@regimen/core/config'
import { isPlain, parseValue, type Setting } from './dotted-path.js'
import { UsageError } from './usage-error.js'

/**
 * Hyperparameters with one set, such as `hparams.net.depth=3`. What may be set is what the config has, and
 * its value says the type; `null` there takes any value.
 *
 * @throws UsageError for a name that the config lacks, and a value of another type
 */
export function withHparam(
  hparams: Hparams | undefined,
  { path, text }: Setting,
): Hparams {
  const [, ...keys] = path.split('.')
  if (hparams === undefined) {
    const text = 'the config has no "hparams". Add them, and take them in "module".'
    throw new UsageError(`--set ${path}: ${text}`)
  }
  return put(hparams, keys, { path: 'hparams', text }) as Hparams
}

type Place = { readonly path: string; readonly text: string }

function put(found: Json, [key, ...deeper]: readonly string[], place: Place): Json {
  if (key === undefined) return typed(found, place)
  const { path, text } = place
  const values = isPlain(found) ? (found as Hparams) : {}
  if (!Object.hasOwn(values, key)) throw missing(`${path}.${key}`, key, found)
  const inner = put(values[key] as Json, deeper, { path: `${path}.${key}`, text })
  return { ...values, [key]: inner }
}

/** The value that was typed, of the type of the config's. */
function typed(found: Json, { path, text }: Place): Json {
  if (typeof found === 'string') return text.startsWith('"') ? parsed(text, path) : text
  return merged(found, parsed(text, path), path)
}

const parsed = (text: string, path: string) => parseValue(text, path) as Json

/** A value in place of another; of an object the names that it has. */
function merged(found: Json, value: Json, path: string): Json {
  const isRight = found === null || (isUsable(value) && kindOf(value) === kindOf(found))
  if (!isRight) {
    const text = `it is ${quote(value)}; expected ${kindOf(found)}, as ${quote(found)} in the config is.`
    throw new UsageError(`--set ${path}: ${text}`)
  }
  if (!isPlain(found) || !isPlain(value)) return value
  const entries = Object.entries(value as Hparams).map(([key, inner]) => {
    const here = `${path}.${key}`
    if (!Object.hasOwn(found, key)) throw missing(here, key, found as Json)
    return [key, merged(found[key] as Json, inner as Json, here)]
  })
  return { ...(found as Hparams), ...Object.fromEntries(entries) }
}

const isUsable = (value: Json) => typeof value !== 'number' || Number.isFinite(value)

function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`
}

function missing(path: string, key: string, found: Json): UsageError {
  if (!isPlain(found)) {
    const parent = path.slice(0, path.lastIndexOf('.'))
    const text = `"${parent}" is ${quote(found)} in the config, which holds no "${key}".`
    return new UsageError(`--set ${path}: ${text}`)
  }
  const known = Object.keys(found)
  const text = `the config has no such hyperparameter.${suggestion(key, known)}`
  return new UsageError(`--set ${path}: ${text} There are ${quoteAll(known)}.`)
}
