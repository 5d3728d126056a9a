import type { Tensor } from '@tensorflow/tfjs-core'

/** The tensors of a batch in the order of its structure, and what describes everything else in it. */
export interface BatchTensors {
  readonly tensors: readonly Tensor[]
  /** Shapes, dtypes, structure, plain values, and which tensors share their values. */
  readonly key: string
  /** Whether something in it is neither tensor nor plain value: a typed array, an object of a class. */
  readonly isForeign: boolean
}

/** Takes a batch apart: nested lists and plain objects; anything else counts by its value. */
export function batchTensors(batch: unknown): BatchTensors {
  const tensors: Tensor[] = []
  const key = keyOf(batch, tensors)
  return { key, tensors, isForeign: key.includes(FOREIGN) }
}

/** Stands for what has no key. No text that is quoted as JSON contains it. */
const FOREIGN = '\u0000'

function keyOf(value: unknown, tensors: Tensor[]): string {
  if (typeof value === 'function' || typeof value === 'symbol') return FOREIGN
  if (typeof value === 'string') return JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if ('dataId' in value) {
    const tensor = value as Tensor
    const twin = tensors.findIndex(({ dataId }) => dataId === tensor.dataId)
    tensors.push(tensor)
    return `${tensor.dtype}[${tensor.shape}]${twin < 0 ? '' : `=${twin}`}`
  }
  if (Array.isArray(value)) return `[${value.map((item) => keyOf(item, tensors))}]`
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return FOREIGN
  const entries = Object.entries(value)
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${keyOf(item, tensors)}`)}}`
}
