import { isTensor } from './containers.js'

/** What can be told of a batch's size. */
export interface BatchSize {
  /** Samples, or `undefined` where nothing in the batch tells. */
  readonly size: number | undefined
  /** Sizes that were found, where they differ. */
  readonly ambiguous: readonly number[]
}

/**
 * The number of samples in a batch: the first dimension of the first tensor, typed array or list of
 * numbers in it. A scalar counts as one, and so does a batch that is a bare number or nothing.
 */
export function sizeOfBatch(batch: unknown): number | undefined {
  if (typeof batch !== 'object' || batch === null) return typeof batch === 'string' ? undefined : 1
  if (isTensor(batch)) return batch.shape[0] ?? 1
  if (ArrayBuffer.isView(batch)) return (batch as Uint8Array).length
  if (Array.isArray(batch)) {
    const first: unknown = batch[0]
    if (typeof first === 'number' || isNumberList(first)) return batch.length
    return sizeOfFirst(batch)
  }
  if (!isPlain(batch)) return undefined
  return sizeOfFirst(Object.values(batch)) ?? 1
}

/** Like {@link sizeOfBatch}, and looks at everything for sizes that differ. Slower: for the first batch. */
export function inspectBatch(batch: unknown): BatchSize {
  const found = new Set<number>()
  collect(batch, found)
  return { size: sizeOfBatch(batch), ambiguous: found.size > 1 ? [...found] : [] }
}

function sizeOfFirst(values: readonly unknown[]): number | undefined {
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue
    const size = sizeOfBatch(value)
    if (size !== undefined) return size
  }
  return undefined
}

function collect(batch: unknown, found: Set<number>): void {
  if (typeof batch !== 'object' || batch === null) return
  const isLeaf =
    isTensor(batch) ||
    ArrayBuffer.isView(batch) ||
    (Array.isArray(batch) && (typeof batch[0] === 'number' || isNumberList(batch[0])))
  if (isLeaf) {
    const size = sizeOfBatch(batch)
    if (size !== undefined) found.add(size)
  } else if (Array.isArray(batch) || isPlain(batch)) {
    for (const value of Object.values(batch)) collect(value, found)
  }
}

function isNumberList(value: unknown): boolean {
  return Array.isArray(value) && (typeof value[0] === 'number' || isNumberList(value[0]))
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
