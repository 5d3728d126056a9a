import { inspect, isDeepStrictEqual } from 'node:util'

/**
 * Where two values first differ, in words: `stop.message is "a" instead of "b"`.
 *
 * @returns `undefined` if they are equal; NaN equals NaN, -0 is not 0
 */
export function firstDifference(
  expected: unknown,
  found: unknown,
  path = '',
): string | undefined {
  if (isDeepStrictEqual(expected, found)) return undefined
  if (
    isObject(expected) &&
    isObject(found) &&
    Array.isArray(expected) === Array.isArray(found)
  ) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(found)])) {
      const inside = Array.isArray(expected)
        ? `${path}[${key}]`
        : path === ''
          ? key
          : `${path}.${key}`
      const difference = firstDifference(expected[key], found[key], inside)
      if (difference !== undefined) return difference
    }
  }
  return `${path || 'the result'} is ${shown(found)} instead of ${shown(expected)}`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function shown(value: unknown): string {
  const text = inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 3 })
  return text.length > 160 ? `${text.slice(0, 157)}...` : text
}
