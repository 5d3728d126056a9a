import type { Tensor } from '@tensorflow/tfjs-core'
import { fail } from './errors.js'

/** Whether a value is a tensor, of whichever copy of tfjs. */
export const isTensor = (value: unknown): value is Tensor =>
  typeof (value as Partial<Tensor> | null | undefined)?.dataSync === 'function'

/** Whether a value is a promise, or will be treated as one. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value

/** Takes the edge off a promise that nobody will wait for: its rejection is not an event of its own. */
export function forget(promise: PromiseLike<unknown>): void {
  promise.then(undefined, () => undefined)
}

/**
 * Calls back for each tensor in nested lists, plain objects and maps. Typed arrays are passed over:
 * tfjs' own walker goes through them element by element.
 */
export function forEachTensor(value: unknown, visit: (tensor: Tensor) => void): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (isTensor(value)) visit(value)
  else if (Array.isArray(value) || value instanceof Map || value instanceof Set) {
    for (const item of value.values()) forEachTensor(item, visit)
  } else for (const key in value) forEachTensor((value as Record<string, unknown>)[key], visit)
}

/** Disposes of every tensor in a container that is not disposed of yet. */
export function disposeAll(value: unknown): void {
  forEachTensor(value, (tensor) => tensor.dispose())
}

/** Disposes of the tensors of one container that another does not hold. */
export function disposeExcept(value: unknown, kept: unknown): void {
  const keep = new Set<Tensor>()
  forEachTensor(kept, (tensor) => keep.add(tensor))
  forEachTensor(value, (tensor) => {
    if (!keep.has(tensor)) tensor.dispose()
  })
}

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
    const size = sizeOfBatch(value, found)
    first ??= size
    if (first !== undefined && !found) return first
  }
  return first ?? 1
}

function ownSize(value: object): number | undefined {
  if (isTensor(value)) return value.shape[0] ?? 1
  const isNumbers = (list: unknown): boolean =>
    Array.isArray(list) && (typeof list[0] === 'number' || isNumbers(list[0]))
  return ArrayBuffer.isView(value) || isNumbers(value) ? (value as Uint8Array).length : undefined
}

/** @throws REG_BATCH_DISPOSED */
export function checkNotDisposed(tensor: Tensor): void {
  if (!tensor.isDisposed) return
  const what = 'A batch holds a disposed tensor. The trainer disposes of each batch after use'
  const advice = 'a source that gives the same tensors again must say so with ownsBatches: true'
  fail('REG_BATCH_DISPOSED', `${what}; ${advice}.`)
}

/** Whether a value gives batches: iterable, async iterable, or a dataset of tfjs. */
export function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isDataset = typeof (value as { readonly iterator?: unknown }).iterator === 'function'
  return isDataset || Symbol.iterator in value || Symbol.asyncIterator in value
}
