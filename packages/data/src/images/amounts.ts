import { quote } from '../checks.js'

/** @throws RangeError for anything but a number from 0 to a limit */
export function checkAmount(
  value: unknown,
  {
    owner,
    name,
    upTo = Number.MAX_VALUE,
  }: { owner: string; name: string; upTo?: number },
): void {
  if (typeof value === 'number' && value >= 0 && value <= upTo) return
  const range = upTo === Number.MAX_VALUE ? 'from 0' : `from 0 to ${upTo}`
  throw new RangeError(
    `The ${name} of ${owner} is ${quote(value)}; give a number ${range}.`,
  )
}
