import { quoteAll, RegimenError } from '@regimen/core'
import type * as tf from '@tensorflow/tfjs-core'

type Batch = Readonly<Record<string, unknown>>

/** The inputs and targets of a batch, and how they are named there. */
export interface BatchParts {
  readonly batch: Batch
  readonly inputsName: string
  readonly inputs: tf.Tensor
  readonly targetsName: string
  readonly targets: tf.Tensor
}

/** Finds inputs and targets. @throws REG_DATA_INVALID */
export function partsOf(
  batch: unknown,
  names: { readonly inputs?: string | undefined; readonly targets?: string | undefined },
): BatchParts {
  const record = Object(batch) as Batch
  const [inputsName, inputs] = find(record, names.inputs ? [names.inputs] : ['x', 'xs'])
  const [targetsName, targets] = find(
    record,
    names.targets ? [names.targets] : ['y', 'ys'],
  )
  if (inputs.shape[0] !== targets.shape[0])
    refuse(
      `"${inputsName}" has ${inputs.shape[0]} rows and "${targetsName}" ${targets.shape[0]}`,
      'expected as many of both',
    )
  return { batch: record, inputsName, inputs, targetsName, targets }
}

function find(batch: Batch, names: readonly string[]): [name: string, found: tf.Tensor] {
  const name = names.find((one) => Object.hasOwn(batch, one))
  const found = name === undefined ? undefined : (batch[name] as Partial<tf.Tensor>)
  const isTensor = found?.shape !== undefined && found.dataId !== undefined
  if (name !== undefined && isTensor && (found.shape?.length ?? 0) > 0)
    return [name, found as tf.Tensor]
  const what =
    name === undefined
      ? `The batch has ${quoteAll(Object.keys(batch))}`
      : `"${name}" of the batch is no tensor with rows`
  return refuse(what, `expected a tensor ${names.map((one) => `"${one}"`).join(' or ')}`)
}

/** Refuses a batch. @throws REG_DATA_INVALID always */
export function refuse(found: string, expected: string): never {
  throw new RegimenError('REG_DATA_INVALID', `mixup: ${found}; ${expected}.`, {
    data: { found, expected },
  })
}
