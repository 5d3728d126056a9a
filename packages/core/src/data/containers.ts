import * as tf from '@tensorflow/tfjs-core'
import { fail, say } from '../floor/errors.js'

/** Whether a value is a tensor, of any copy of tfjs. */
export const isTensor = (value: unknown): value is tf.Tensor =>
  typeof (value as Partial<tf.Tensor> | null | undefined)?.dataSync === 'function'

type HostBackend = {
  typedArrayFromHeap?(tensor: tf.TensorInfo): ArrayLike<number>
  readonly data?: { get?(dataId: object): { readonly values?: unknown } | undefined }
}

/**
 * The value of a one-element tensor if tensor memory is host memory (the `cpu` and `wasm` backends),
 * else `undefined`. Reads the backend's memory: no download, no copy, no wait.
 *
 * @param tensor any dtype except string and complex64, size 1
 */
export function valueAtHand(tensor: tf.Tensor): number | undefined {
  const backend = tf.backend() as HostBackend
  const values =
    backend.typedArrayFromHeap?.(tensor) ?? backend.data?.get?.(tensor.dataId)?.values
  return ArrayBuffer.isView(values) ? Number((values as Float32Array)[0]) : undefined
}

/** Whether a value is a promise. Nobody awaits it: `caught` receives its rejection, which is else ignored. */
export function isStrayPromise(
  value: unknown,
  caught: (thrown: unknown) => void = () => {},
) {
  const isThenable = typeof value === 'object' && value !== null && 'then' in value
  if (isThenable) (value as PromiseLike<unknown>).then(undefined, caught)
  return isThenable
}

/**
 * Visits each tensor in nested lists, plain objects, maps and sets. Skips typed arrays, which tfjs' own
 * walker visits element by element.
 */
export function forEachTensor(value: unknown, visit: (tensor: tf.Tensor) => void): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  const isList = Array.isArray(value) || value instanceof Map || value instanceof Set
  if (isTensor(value)) visit(value)
  else
    for (const item of isList ? value.values() : Object.values(value))
      forEachTensor(item, visit)
}

/** Disposes of every tensor in a container, except those in `kept`. */
export function disposeAll(value: unknown, kept?: unknown): void {
  const keep: Set<tf.Tensor> | undefined = kept === undefined ? undefined : new Set()
  if (keep) forEachTensor(kept, (tensor) => keep.add(tensor))
  forEachTensor(value, (tensor) => keep?.has(tensor) || tensor.dispose())
}

/** The first dimensions of the tensors, typed arrays and lists of numbers in a batch. @throws REG_BATCH_DISPOSED */
export function sizesIn(batch: unknown, sizes: number[] = []): readonly number[] {
  if (typeof batch !== 'object' || batch === null) return sizes
  if (isTensor(batch) && batch.isDisposed) fail('REG_BATCH_DISPOSED.again')
  if (isTensor(batch)) sizes.push(batch.shape[0] ?? 1)
  else if (ArrayBuffer.isView(batch) || isNumbers(batch))
    sizes.push((batch as Uint8Array).length)
  else if (isPlain(batch)) for (const item of Object.values(batch)) sizesIn(item, sizes)
  return sizes
}

/**
 * The number of samples in a batch: the first of its sizes. A scalar counts as one sample, and so does
 * a batch without tensors or lists; `undefined` for a string or an object of a class.
 *
 * @param warn called if the sizes differ
 */
export function sizeOfBatch(
  batch: unknown,
  warn?: (text: string) => void,
): number | undefined {
  const sizes = sizesIn(batch)
  const isOpaque = typeof batch === 'object' && batch !== null && !isPlain(batch)
  const [first] = sizes
  if (first === undefined) return isOpaque || typeof batch === 'string' ? undefined : 1
  const different = warn ? [...new Set(sizes)] : []
  if (different.length > 1) warn?.(say('notice.sizes', { sizes: different, size: first }))
  return first
}

const isPlain = (value: object): boolean =>
  Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype

const isNumbers = (list: unknown): boolean =>
  Array.isArray(list) && (typeof list[0] === 'number' || isNumbers(list[0]))

/** Whether a value yields batches: iterable, async iterable, or a dataset of tfjs. */
export function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const isDataset = 'iterator' in value && typeof value.iterator === 'function'
  return isDataset || Symbol.iterator in value || Symbol.asyncIterator in value
}
