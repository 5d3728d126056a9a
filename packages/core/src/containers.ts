import type { Tensor } from '@tensorflow/tfjs-core'

/** Whether a value is a tensor, of whichever copy of tfjs. */
export function isTensor(value: unknown): value is Tensor {
  return typeof (value as Partial<Tensor> | null | undefined)?.dataSync === 'function'
}

/** Whether a value is a promise, or will be treated as one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
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
