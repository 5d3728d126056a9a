import { quote, RegimenError } from '@regimen/core'

/** What `seed` takes instead of a number. */
export interface SeedOptions {
  /** A whole number from 0 to `Number.MAX_SAFE_INTEGER`. */
  readonly seed: number
}

const ADVICE = `give a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, such as seed(42)`

/** The seed that was given. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function checkedSeed(given: number | SeedOptions): number {
  const isObject = typeof given === 'object' && given !== null && !Array.isArray(given)
  const options: Readonly<Record<string, unknown>> = isObject ? { ...given } : { seed: given }
  const unknown = Object.keys(options).find((key) => key !== 'seed')
  if (unknown !== undefined) {
    throw new RegimenError(
      'REG_OPTION_UNKNOWN',
      `seed has no option ${quote(unknown)}. It takes seed.`,
      { data: { owner: 'seed', option: unknown, options: ['seed'] } },
    )
  }
  const value = options.seed
  if (isSeed(value)) return value
  const found = typeof value === 'bigint' ? `${value}n` : quote(value)
  throw new RegimenError('REG_OPTION_INVALID', `The seed is ${found}; ${ADVICE}.`, {
    data: { owner: 'seed', option: 'seed', found: value },
  })
}

/** Whether a value can be a seed. */
export function isSeed(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
