import { quote, RegimenError, suggestion } from '@regimen/core'
import type { CometOptions } from './options.js'

type Check = readonly [isValid: (value: unknown) => boolean, wanted: string]

/** What was given is not shown: a key, or an address with one in it. */
const MAY_HOLD_KEY: ReadonlySet<keyof CometOptions> = new Set(['apiKey', 'url'])

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== ''
const TEXT: Check = [isText, 'a text that is not empty']
const BOOLEAN: Check = [(value) => typeof value === 'boolean', 'true or false']
const oneOf = (...values: readonly string[]): Check => [
  (value) => values.includes(value as string),
  values.map(quote).join(' or '),
]
const isPositive = (value: unknown) => typeof value === 'number' && value > 0

/** The options with what each may be; the order is the one of the README. */
const CHECKS: Readonly<Record<keyof CometOptions, Check>> = {
  apiKey: [
    (value) => isText(value) && /^[\x21-\x7e]+$/.test(value),
    'a text without spaces (what was given is not shown)',
  ],
  workspace: TEXT,
  projectName: [
    (value) => isText(value) && value.length < 100,
    'a text of at most 99 characters, the most that Comet takes',
  ],
  experimentName: TEXT,
  experimentKey: [
    (value) => isText(value) && /^[A-Za-z0-9]{32,50}$/.test(value),
    '32 to 50 letters and digits',
  ],
  mode: oneOf('get_or_create', 'get', 'create'),
  offline: BOOLEAN,
  offlineDir: TEXT,
  url: [
    isAddress,
    'an address that begins with http:// or https://, without a user, a password or a query',
  ],
  tags: [(value) => Array.isArray(value) && value.every(isText), 'a list of texts'],
  prefix: TEXT,
  api: oneOf('rest', 'sdk'),
  logCode: [(value) => typeof value === 'boolean' || isText(value), 'true, false or a path'],
  logGit: BOOLEAN,
  logEnvironment: BOOLEAN,
  logGraph: BOOLEAN,
  logSystemMetrics: BOOLEAN,
  limits: [isLimits, '{ metrics, parameters, other, minuteMs? } with positive numbers'],
}

/** Names of all options, in camelCase. */
export const optionNames = Object.keys(CHECKS) as readonly (keyof CometOptions)[]

/**
 * Checks options and gives them camelCase names.
 *
 * @param others names that are not Comet's own, which are passed on as they are
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function checkOptions<Others extends object>(
  given: object,
  others: readonly (keyof Others & string)[],
): { readonly own: CometOptions; readonly rest: Partial<Others> } {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid(undefined, 'The options of cometLogger', given, 'an object')
  }
  const own: Record<string, unknown> = {}
  const rest: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const camel = camelCase(name)
    const isOwn = Object.hasOwn(CHECKS, camel)
    const target = isOwn ? own : rest
    if (!isOwn && !(others as readonly string[]).includes(camel)) throw unknown(name, others)
    if (Object.hasOwn(target, camel)) {
      const text = `cometLogger was given ${quote(camel)} twice, in two spellings. Leave one out.`
      throw new RegimenError('REG_OPTION_INVALID', text, {
        data: { owner: 'cometLogger', option: camel },
      })
    }
    target[camel] = value
    if (isOwn) checkOption(camel as keyof CometOptions, value, `${quote(name)} of cometLogger`)
  }
  return { own: own as CometOptions, rest: rest as Partial<Others> }
}

/** Checks one value, wherever it comes from. @throws REG_OPTION_INVALID */
export function checkOption(name: keyof CometOptions, value: unknown, what: string): void {
  const [isValid, wanted] = CHECKS[name]
  if (!isValid(value)) throw invalid(name, what, MAY_HOLD_KEY.has(name) ? undefined : value, wanted)
}

/** `api_key` becomes `apiKey`; other names stay. */
function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function unknown(name: string, others: readonly string[]): RegimenError {
  const all = [...optionNames, ...others]
  const text = `cometLogger has no option ${quote(name)}.${suggestion(name, all)}`
  return new RegimenError('REG_OPTION_UNKNOWN', `${text} It takes ${all.join(', ')}.`, {
    data: { owner: 'cometLogger', option: name, options: all },
  })
}

/** @param found left out where it may hold a key */
function invalid(
  option: string | undefined,
  what: string,
  found: unknown,
  wanted: string,
): RegimenError {
  const got = found === undefined ? '' : `, got ${quote(found)}`
  const place = { owner: 'cometLogger', ...(option !== undefined && { option }) }
  return new RegimenError('REG_OPTION_INVALID', `${what} must be ${wanted}${got}.`, {
    data: { ...place, ...(found !== undefined && { found }), expected: wanted },
  })
}

function isLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { metrics, parameters, other, minuteMs = 1, ...more } = value as Record<string, unknown>
  const isComplete = [metrics, parameters, other, minuteMs].every(isPositive)
  return isComplete && Object.keys(more).length === 0
}

/** What is around the host may hold a password or a key, which belongs into `apiKey`. */
function isAddress(value: unknown): boolean {
  if (!isText(value) || !URL.canParse(value) || /[?#]/.test(value)) return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
