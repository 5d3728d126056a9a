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

/** The first dimensions of the tensors, typed arrays and lists of numbers in a batch. */
export function sizesIn(batch: unknown, sizes: number[] = []): readonly number[] {
  if (typeof batch !== 'object' || batch === null) return sizes
  if (isTensor(batch)) sizes.push(batch.shape[0] ?? 1)
  else if (ArrayBuffer.isView(batch) || isNumbers(batch)) sizes.push((batch as Uint8Array).length)
  else if (isPlain(batch)) {
    for (const key in batch) sizesIn((batch as Record<string, unknown>)[key], sizes)
  }
  return sizes
}

/**
 * The number of samples in a batch: the first of its sizes. A scalar counts as one, and so does a
 * batch without any tensor or list; a string or an object of a class tells nothing.
 */
export function sizeOfBatch(batch: unknown, sizes = sizesIn(batch)): number | undefined {
  const isMute = typeof batch === 'object' && batch !== null && !isPlain(batch)
  return sizes[0] ?? (isMute || typeof batch === 'string' ? undefined : 1)
}

const isPlain = (value: object): boolean =>
  Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype

const isNumbers = (list: unknown): boolean =>
  Array.isArray(list) && (typeof list[0] === 'number' || isNumbers(list[0]))

/** @throws REG_BATCH_DISPOSED */
export function checkNotDisposed(tensor: Tensor): void {
  if (tensor.isDisposed) fail('REG_BATCH_DISPOSED.again')
}

/** Whether a value gives batches: iterable, async iterable, or a dataset of tfjs. */
export function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isDataset = typeof (value as { readonly iterator?: unknown }).iterator === 'function'
  return isDataset || Symbol.iterator in value || Symbol.asyncIterator in value
}
