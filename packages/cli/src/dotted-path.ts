import { UsageError } from './usage-error.js'

type Values = Readonly<Record<string, unknown>>

/** A `--set`, read: `plugins.early-stopping.patience=5`. */
export interface Setting {
  /** As it was typed. */
  readonly typed: string
  /** What is before the `=`. */
  readonly path: string
  /** What is behind it. */
  readonly text: string
}

/** Reads a `--set`. @throws UsageError where there is no key */
export function readSetting(typed: string): Setting {
  const [, path = '', text = ''] = /^([^=]+)=(.*)$/s.exec(typed) ?? []
  if (path === '') throw new UsageError(`--set ${typed}: give key=value.`)
  return { typed, path, text }
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

/** Units of which a schedule names one: setting one takes the place of another. */
const UNITS = ['steps', 'epochs', 'seconds']

/** Options with the one at a path set; `null` takes it out, so that its default holds. */
export function withOption(
  options: Values,
  [key = '', ...deeper]: readonly string[],
  value: unknown,
): Values {
  const { [key]: found, ...others } = options
  if (deeper.length > 0) {
    const inner = isPlain(found) ? found : {}
    const isUnit = deeper.length === 1 && UNITS.includes(deeper[0] as string)
    const isSchedule = isUnit && Object.keys(inner).every((name) => UNITS.includes(name))
    return { ...options, [key]: withOption(isSchedule ? {} : inner, deeper, value) }
  }
  return value === null ? others : { ...options, [key]: value }
}

/** Whether a value is an object that holds others by name. */
export const isPlain = (value: unknown): value is Values =>
  Object.prototype.toString.call(value) === '[object Object]'
