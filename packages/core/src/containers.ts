import type { Tensor } from '@tensorflow/tfjs-core'

/** Whether a value is a tensor, of whichever copy of tfjs. */
export function isTensor(value: unknown): value is Tensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<Tensor>).dataSync === 'function' &&
    'dataId' in value
  )
}

/**
 * Calls back for each tensor in nested lists, plain objects and maps. Typed arrays are passed over:
 * tfjs' own walker goes through them element by element.
 */
export function forEachTensor(value: unknown, visit: (tensor: Tensor) => void): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return
  if (isTensor(value)) {
    visit(value)
  } else if (Array.isArray(value)) {
    for (const item of value) forEachTensor(item, visit)
  } else if (value instanceof Map || value instanceof Set) {
    for (const item of value.values()) forEachTensor(item, visit)
  } else {
    for (const key in value) forEachTensor((value as Record<string, unknown>)[key], visit)
  }
}

/** Disposes of every tensor in a container that is not disposed of yet. */
export function disposeAll(value: unknown): void {
  forEachTensor(value, disposeTensor)
}

/** Disposes of the tensors of one container that another does not hold. */
export function disposeExcept(value: unknown, kept: unknown): void {
  const keep = new Set<Tensor>()
  forEachTensor(kept, (tensor) => keep.add(tensor))
  forEachTensor(value, (tensor) => {
    if (!keep.has(tensor)) disposeTensor(tensor)
  })
}

function disposeTensor(tensor: Tensor): void {
  if (!tensor.isDisposed) tensor.dispose()
}
