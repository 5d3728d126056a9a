import { type ErrorData, RegimenError } from '@regimen/core'

/** What an option may be, and how that is said. */
export interface Rule {
  readonly wanted: string
  readonly isOptional?: boolean
  readonly accepts: (value: unknown) => boolean
}

const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

export const count: Rule = {
  wanted: 'a whole number from 1',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
}
export const countOrZero: Rule = {
  wanted: 'a whole number from 0',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
}
export const atLeastZero: Rule = {
  wanted: 'a number from 0',
  accepts: (value) => isNumber(value) && value >= 0,
}
export const positive: Rule = {
  wanted: 'a number above 0',
  accepts: (value) => isNumber(value) && value > 0,
}
export const share: Rule = {
  wanted: 'a number from 0 to 1',
  accepts: (value) => isNumber(value) && value >= 0 && value <= 1,
}
export const flag: Rule = {
  wanted: 'true or false',
  accepts: (value) => typeof value === 'boolean',
}
export const text: Rule = {
  wanted: 'a non-empty text',
  accepts: (value) => typeof value === 'string' && value !== '',
}
/** Counts from 0, none smaller than the one before. */
export const milestones: Rule = {
  wanted: 'a list of whole numbers from 0 in rising order',
  accepts: (value) =>
    Array.isArray(value) &&
    value.every((one, index) => countOrZero.accepts(one) && !(one < value[index - 1])),
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): Rule {
  const wanted = values.map((value) => `"${value}"`).join(' or ')
  return { wanted, accepts: (value) => values.includes(value as string) }
}

/** The same, or nothing at all. */
export function optional(rule: Rule): Rule {
  return { ...rule, isOptional: true }
}

/**
 * Checks the options of a factory.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 */
export function checkOptions(
  factory: string,
  options: unknown,
  rules: Readonly<Record<string, Rule>>,
): void {
  const keys = Object.keys(rules)
  if (typeof options !== 'object' || options === null) {
    const advice = `give an object with ${keys.join(', ')}`
    throw invalid(`${factory} was given ${quoted(options)}`, advice, {
      owner: factory,
      found: options,
    })
  }
  const unknown = Object.keys(options).find((key) => !keys.includes(key))
  if (unknown !== undefined) {
    const found = `${factory} has no option "${unknown}". It takes ${keys.join(', ')}.`
    throw new RegimenError('REG_OPTION_UNKNOWN', found, {
      data: { owner: factory, option: unknown, options: keys },
    })
  }
  for (const [key, { wanted, isOptional, accepts }] of Object.entries(rules)) {
    const value = (options as Readonly<Record<string, unknown>>)[key]
    if ((value === undefined && isOptional) || accepts(value)) continue
    throw invalid(`The option "${key}" of ${factory} is ${quoted(value)}`, `give ${wanted}`, {
      owner: factory,
      option: key,
      found: value,
      expected: wanted,
    })
  }
}

/** A wrong option, with what to do instead. */
export function invalid(found: string, advice: string, data: ErrorData): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `${found}; ${advice}.`, { data })
}

/** A value as it is told in an error. */
export function quoted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(quoted).join(', ')}]`
  return typeof value === 'string' ? `"${value}"` : String(value)
}
