import * as tf from '@tensorflow/tfjs-core'
import { quote } from '../checks.js'
import {
  disposeAll,
  isPlain,
  isTensor,
  replaceTensors,
  rowsIn,
  tensorsIn,
} from '../loader/tensors.js'

/**
 * Takes a batch apart, changes each sample and stacks the results. The caller owns the result; with an
 * asynchronous function the tensors of the samples and of its results are disposed of.
 *
 * @throws RangeError for tensors with different numbers of rows
 */
export function perSample<In, Out>(
  batch: In,
  fn: (sample: In, row: number) => Out | Promise<Out>,
): Out | Promise<Out> {
  const rows = rowsIn(batch)
  const parts = new Map<tf.Tensor, tf.Tensor[]>()
  for (const tensor of tensorsIn(batch)) {
    if (tensor.shape[0] !== rows) {
      throw new RangeError(
        `A batch has tensors of shape ${quote(tensor.shape)} and of ${rows} rows; give tensors with one entry per sample to work on samples.`,
      )
    }
    parts.set(tensor, tf.unstack(tensor))
  }
  const sampleAt = (row: number) =>
    replaceTensors(batch, (tensor) => parts.get(tensor)?.[row] as tf.Tensor)
  const results: (Out | Promise<Out>)[] = []
  for (let row = 0; row < rows; row++) results.push(fn(sampleAt(row), row))
  if (!results.some((result) => result instanceof Promise))
    return stacked(results as Out[]) as Out
  return finished(results, [...parts.values()])
}

async function finished<Out>(
  results: readonly (Out | Promise<Out>)[],
  parts: readonly tf.Tensor[][],
): Promise<Out> {
  const settled = await Promise.allSettled(results)
  const made = settled.flatMap((result) =>
    result.status === 'fulfilled' ? [result.value] : [],
  )
  try {
    for (const result of settled) if (result.status === 'rejected') throw result.reason
    return stacked(made) as Out
  } finally {
    disposeAll(made)
    disposeAll(parts)
  }
}

/** Values of the same kind as one: tensors and numbers stacked, in objects and lists. */
function stacked(values: readonly unknown[]): unknown {
  const [first] = values
  if (isTensor(first)) return tf.stack(values as tf.Tensor[])
  if (typeof first === 'number') return tf.tensor1d(values as number[])
  if (Array.isArray(first))
    return first.map((_, index) => stacked(values.map((value) => Object(value)[index])))
  if (isPlain(first))
    return Object.fromEntries(
      Object.keys(first).map((key) => [
        key,
        stacked(values.map((value) => Object(value)[key])),
      ]),
    )
  throw new TypeError(
    `A sample became ${quote(first)}; give tensors or numbers, alone, in a list or in an object.`,
  )
}
