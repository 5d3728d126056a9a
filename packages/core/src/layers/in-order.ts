import type { Tensor } from '@tensorflow/tfjs-core'
import { RegimenError } from '../floor/errors.js'
import { quote } from '../floor/quote.js'
import type { Tensors } from './layers-options.js'

/** Tensors in the order of the model's names of inputs or outputs. @throws REG_DATA_INVALID */
export function inOrder(
  values: Tensors,
  names: readonly string[],
  role: string,
): readonly Tensor[] {
  const isSingle = 'dataId' in values
  const list = isSingle ? [values as Tensor] : Array.isArray(values) ? values : undefined
  const tensors =
    list ?? names.map((name) => (values as Readonly<Record<string, Tensor>>)[name])
  if (tensors.length === names.length && !tensors.includes(undefined))
    return tensors as Tensor[]
  const found = list
    ? `${list.length} tensors`
    : `tensors for ${Object.keys(values).map(quote)}`
  const text = `The model has the ${role}s ${names.map(quote)}, the batch has ${found}.`
  throw new RegimenError('REG_DATA_INVALID', text, { data: { found, expected: names } })
}
