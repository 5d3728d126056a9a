/** A part of a JSON schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Bounds of a number. */
export interface NumberRange {
  readonly isInteger?: boolean
  /** The smallest value. */
  readonly from?: number
  /** The largest value. */
  readonly upTo?: number
  /** Smaller than every value. */
  readonly above?: number
  /** Larger than every value. */
  readonly below?: number
  /** Whether infinities within the bounds are allowed. */
  readonly hasInfinity?: boolean
}

/** Whether a value is a number within bounds. */
export function isWithin(value: unknown, range: NumberRange): boolean {
  const { from = -Infinity, upTo = Infinity, above = -Infinity, below = Infinity } = range
  if (typeof value !== 'number' || Number.isNaN(value)) return false
  if (value < from || value > upTo) return false
  if (range.above !== undefined && value <= above) return false
  if (range.below !== undefined && value >= below) return false
  if (!Number.isFinite(value)) return range.hasInfinity === true
  return !range.isInteger || Number.isSafeInteger(value)
}

/** Bounds in words that follow "expected". */
export function describeRange({
  isInteger,
  from,
  upTo,
  above,
  below,
  hasInfinity,
}: NumberRange): string {
  const noun = isInteger ? 'integer' : 'number'
  const article = isInteger ? 'an' : 'a'
  const isOpen = upTo === undefined && below === undefined
  const end = hasInfinity && isOpen ? ' or Infinity' : ''
  if (isOpen && above === undefined && from === undefined) {
    if (hasInfinity) return `${article} ${noun}, which may be infinite`
    return isInteger ? 'an integer' : 'a finite number'
  }
  if (isOpen && from === 0 && above === undefined) return `a non-negative ${noun}${end}`
  const isPositive = above === 0 || (isInteger && from === 1)
  if (isOpen && isPositive) return `a positive ${noun}${end}`
  const hasLeast = above !== undefined || from !== undefined
  const bounds = [
    above === undefined ? '' : ` above ${above}`,
    from === undefined ? '' : ` from ${from}`,
    upTo === undefined ? '' : ` to ${upTo}`,
    below === undefined ? '' : `${hasLeast ? ' and' : ''} below ${below}`,
  ]
  return `${article} ${noun}${bounds.join('')}${end}`
}

/** Bounds as a JSON schema. */
export function jsonRange({
  isInteger,
  from,
  upTo,
  above,
  below,
}: NumberRange): JsonSchema {
  return {
    type: isInteger ? 'integer' : 'number',
    ...(from !== undefined && { minimum: from }),
    ...(upTo !== undefined && { maximum: upTo }),
    ...(above !== undefined && { exclusiveMinimum: above }),
    ...(below !== undefined && { exclusiveMaximum: below }),
  }
}
