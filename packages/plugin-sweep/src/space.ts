import { type Json, quote, RegimenError, suggestion } from '@regimen/core'

/** A number between two bounds, the upper one excluded. `levels`: how many of them a grid tries. */
export type Uniform = {
  readonly uniform: readonly [number, number]
  readonly levels?: number
}
/** A positive number whose logarithm is uniform: for learning rates. */
export type LogUniform = {
  readonly logUniform: readonly [number, number]
  readonly levels?: number
}
/** An integer between two bounds, both included. */
export type Int = { readonly int: readonly [number, number]; readonly levels?: number }
/** A positive integer whose logarithm is uniform: for numbers of units. */
export type LogInt = {
  readonly logInt: readonly [number, number]
  readonly levels?: number
}
/** One of some values. */
export type Choice = { readonly choice: readonly Json[] }

/** What a parameter may be. */
export type Parameter = Uniform | LogUniform | Int | LogInt | Choice
/** Parameters by the path that `--set` takes: `hparams.learningRate`, `plugins.early-stopping.patience`. */
export type Space = Readonly<Record<string, Parameter>>
/** A value for each parameter. */
export type Values = Readonly<Record<string, Json>>

/** A number from `low` to `high`. */
export const uniform = (low: number, high: number, levels?: number): Uniform => ({
  uniform: [low, high],
  ...(levels !== undefined && { levels }),
})
/** A positive number from `low` to `high`, each order of magnitude as likely as another. */
export const logUniform = (low: number, high: number, levels?: number): LogUniform => ({
  logUniform: [low, high],
  ...(levels !== undefined && { levels }),
})
/** An integer from `low` to `high`. */
export const int = (low: number, high: number, levels?: number): Int => ({
  int: [low, high],
  ...(levels !== undefined && { levels }),
})
/** A positive integer from `low` to `high`, each order of magnitude as likely as another. */
export const logInt = (low: number, high: number, levels?: number): LogInt => ({
  logInt: [low, high],
  ...(levels !== undefined && { levels }),
})
/** One of some values. */
export const choice = (...values: readonly Json[]): Choice => ({ choice: values })

/** A parameter as the searches see it: values are places between 0 and 1, or indices of choices. */
export type Dimension =
  | { readonly kind: 'choice'; readonly values: readonly Json[] }
  | {
      readonly kind: 'range'
      readonly low: number
      readonly high: number
      readonly isLog: boolean
      readonly isInteger: boolean
      readonly levels: number | undefined
    }

const KINDS = ['uniform', 'logUniform', 'int', 'logInt', 'choice']

/** Reads a parameter. @throws REG_OPTION_INVALID */
export function dimensionOf(path: string, parameter: unknown): Dimension {
  const given = Object(parameter) as Readonly<Record<string, unknown>>
  const keys = Object.keys(given)
  const kinds = keys.filter((key) => KINDS.includes(key))
  const [kind = ''] = kinds
  const unknown = keys.find(
    (key) => !KINDS.includes(key) && (key !== 'levels' || kind === 'choice'),
  )
  if (kinds.length !== 1 || unknown !== undefined || typeof parameter !== 'object') {
    const near = suggestion(unknown ?? '', [...KINDS, 'levels'])
    throw invalid(
      path,
      `is ${quote(parameter)}; expected one of ${KINDS.join(', ')}, such as { "uniform": [0, 1] }.${near}`,
    )
  }
  return kind === 'choice'
    ? choiceOf(path, given.choice)
    : rangeOf(path, kind, given[kind], given.levels)
}

function choiceOf(path: string, values: unknown): Dimension {
  if (!Array.isArray(values) || values.length === 0)
    throw invalid(path, `has the choice ${quote(values)}; expected a list of values.`)
  const texts = values.map((value) => JSON.stringify(value))
  const twice = texts.find((text, index) => texts.indexOf(text) !== index)
  if (twice !== undefined || texts.includes(undefined as never))
    throw invalid(
      path,
      `has the choice ${quote(values)}; expected different JSON values.`,
    )
  return { kind: 'choice', values }
}

function rangeOf(
  path: string,
  kind: string,
  bounds: unknown,
  levels: unknown,
): Dimension {
  const [low, high] = Array.isArray(bounds) && bounds.length === 2 ? bounds : []
  const isLog = kind.startsWith('log')
  const isInteger = /int$/i.test(kind)
  const areRight = [low, high].every(isInteger ? Number.isSafeInteger : Number.isFinite)
  if (!areRight || !(low < high) || (isLog && low <= 0)) {
    const what = `two ${isLog ? 'positive ' : ''}${isInteger ? 'integers' : 'numbers'}`
    throw invalid(
      path,
      `has the bounds ${quote(bounds)}; expected ${what}, the lower first.`,
    )
  }
  if (levels !== undefined && !(Number.isSafeInteger(levels) && (levels as number) > 0))
    throw invalid(path, `has the levels ${quote(levels)}; expected a positive integer.`)
  return {
    kind: 'range',
    low,
    high,
    isLog,
    isInteger,
    levels: levels as number | undefined,
  }
}

function invalid(path: string, text: string): RegimenError {
  return new RegimenError('REG_OPTION_INVALID', `sweep: "space" "${path}" ${text}`, {
    data: { owner: 'sweep', option: `space.${path}` },
  })
}

/** The value at a place between 0 and 1. */
export function valueAt(dimension: Dimension, place: number): Json {
  if (dimension.kind === 'choice')
    return dimension.values[Math.floor(place * dimension.values.length)] as Json
  const { low, high, isLog, isInteger } = dimension
  // An integer has an interval of its own, of the same width as any other's.
  const [from, to] = isInteger ? [low - 0.5, high + 0.5] : [low, high]
  const value = isLog
    ? Math.exp(Math.log(from) + place * (Math.log(to) - Math.log(from)))
    : from + place * (to - from)
  const whole = isInteger ? Math.round(value) : value
  return Math.min(high, Math.max(low, whole))
}

/** The place of a value between 0 and 1: the inverse of {@link valueAt} for ranges. */
export function placeOf(dimension: Dimension, value: Json): number {
  if (dimension.kind === 'choice') return 0
  const { low, high, isLog, isInteger } = dimension
  const [from, to] = isInteger ? [low - 0.5, high + 0.5] : [low, high]
  const scale = (one: number) => (isLog ? Math.log(one) : one)
  return (scale(value as number) - scale(from)) / (scale(to) - scale(from))
}

/** The values that a grid tries: choices, all integers, or `levels` evenly spaced, with both bounds. */
export function levelsOf(dimension: Dimension, path: string): Json[] {
  if (dimension.kind === 'choice') return [...dimension.values]
  const { low, high, isLog, isInteger, levels } = dimension
  if (isInteger && levels === undefined && !isLog)
    return Array.from({ length: high - low + 1 }, (_, index) => low + index)
  if (levels === undefined)
    throw invalid(
      path,
      'is a range without "levels"; expected how many of its values a grid tries.',
    )
  if (levels === 1) return [low]
  const values = Array.from({ length: levels }, (_, index) => {
    const share = index / (levels - 1)
    const value = isLog ? low * (high / low) ** share : low + share * (high - low)
    return index === levels - 1 ? high : isInteger ? Math.round(value) : value
  })
  return [...new Set(values)]
}
