import { isTensor } from './containers.js'

/**
 * The number of samples in a batch: the first dimension of the first tensor, typed array or list of
 * numbers in it. A scalar counts as one, and so does a batch that is a bare number or nothing.
 *
 * @param found collects all sizes in the batch; without it the search ends at the first
 * @returns `undefined` for a string or an object of a class, which tell nothing
 */
export function sizeOfBatch(batch: unknown, found?: Set<number>): number | undefined {
  if (typeof batch !== 'object' || batch === null) return typeof batch === 'string' ? undefined : 1
  const own = ownSize(batch)
  if (own !== undefined) {
    found?.add(own)
    return own
  }
  const isPlain = Array.isArray(batch) || Object.getPrototypeOf(batch) === Object.prototype
  if (!isPlain) return undefined
  let first: number | undefined
  for (const key in batch) {
    const value = (batch as Record<string, unknown>)[key]
    if (typeof value !== 'object' || value === null) continue
    first ??= sizeOfBatch(value, found)
    if (first !== undefined && !found) return first
    sizeOfBatch(value, found)
  }
  return first ?? 1
}

function ownSize(value: object): number | undefined {
  if (isTensor(value)) return value.shape[0] ?? 1
  const isNumbers = (list: unknown): boolean =>
    Array.isArray(list) && (typeof list[0] === 'number' || isNumbers(list[0]))
  if (ArrayBuffer.isView(value) || isNumbers(value)) return (value as Uint8Array).length
  return undefined
}
