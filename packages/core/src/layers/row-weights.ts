import type { Tensor } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import { RegimenError } from '../floor/errors.js'
import { suggestion } from '../floor/near-miss.js'
import { invalidOption } from '../floor/option-schema.js'
import { quote, quoteAll } from '../floor/quote.js'
import type { ClassWeight, LayersModuleOptions } from './layers-options.js'

const OWNER = 'layersModule'

/** What rows of an output are weighted by. */
export interface RowWeight {
  /** Weights by the index of the class. */
  readonly classes: ReadonlyMap<number, number> | undefined
  /** The column of the batch that holds weights. */
  readonly column: string | undefined
}

/** What rows of each output are weighted by, in the model's order. @throws REG_OPTION_INVALID */
export function rowWeightsOf(
  { classWeight, sampleWeight }: LayersModuleOptions,
  outputs: readonly string[],
): RowWeight[] {
  const isForOne = outputs.length === 1
  const isByClass =
    Array.isArray(classWeight) ||
    Object.keys(classWeight ?? {}).every((key) => /^\d+$/.test(key))
  const isOfOutputs = typeof classWeight === 'object' && !isByClass
  const columns = typeof sampleWeight === 'string' ? undefined : sampleWeight
  if (isOfOutputs) checkNames('classWeight', classWeight, outputs)
  else if (classWeight !== undefined && !isForOne)
    invalidOption(
      OWNER,
      'classWeight',
      classWeight,
      `weights for each of the outputs ${quoteAll(outputs)}`,
    )
  if (columns !== undefined) checkNames('sampleWeight', columns, outputs)
  const whole = (isOfOutputs ? classWeight : {}) as Readonly<Record<string, ClassWeight>>
  return outputs.map((name) => ({
    classes: classesOf(
      isOfOutputs ? whole[name] : (classWeight as ClassWeight | undefined),
    ),
    column: columns === undefined ? (sampleWeight as string | undefined) : columns[name],
  }))
}

/** Refuses a name that is no output of the model. @throws REG_OPTION_INVALID */
export function checkNames(
  option: string,
  found: object,
  outputs: readonly string[],
): void {
  if (typeof found !== 'object' || found === null)
    invalidOption(OWNER, option, found, `a record by the outputs ${quoteAll(outputs)}`)
  const wrong = Object.keys(found).find((name) => !outputs.includes(name))
  if (wrong === undefined) return
  const hint = suggestion(wrong, outputs)
  invalidOption(
    OWNER,
    `${option}.${wrong}`,
    found,
    `one of the outputs ${quoteAll(outputs)}${hint && `;${hint}`}`,
    {
      foundText: 'for an output that the model does not have',
    },
  )
}

function classesOf(
  weights: ClassWeight | undefined,
): ReadonlyMap<number, number> | undefined {
  if (weights === undefined) return undefined
  const entries = Object.entries(weights).map(([key, weight]) => {
    const index = Number(key)
    const isRight =
      Number.isInteger(index) && index >= 0 && Number.isFinite(weight) && weight >= 0
    if (!isRight)
      invalidOption(
        OWNER,
        `classWeight.${key}`,
        weight,
        'a non-negative number by the index of a class, { 0: 1, 1: 5 }',
      )
    return [index, weight as number] as const
  })
  if (entries.length === 0)
    invalidOption(
      OWNER,
      'classWeight',
      weights,
      'weights by the index of a class, { 0: 1, 1: 5 }',
    )
  return new Map(entries)
}

/**
 * The weights of the rows of an output `[rows]`, or nothing if all count the same. Weights of classes and of rows are
 * multiplied.
 *
 * @throws REG_DATA_INVALID
 */
export function weightsOfRows(
  { classes, column }: RowWeight,
  target: Tensor,
  batch: object,
  isTraining: boolean,
): Tensor | undefined {
  const byClass = classes && isTraining ? weightsOfClasses(classes, target) : undefined
  const found = column === undefined ? undefined : columnOf(batch, column)
  if (found === undefined && column !== undefined && isTraining)
    refuse(
      `The batch has no ${quote(column)}, which "sampleWeight" names; it has ${quoteAll(Object.keys(batch))}.`,
    )
  if (found === undefined) return byClass
  const rows = target.shape[0] ?? 1
  if (found.size !== rows || found.shape[0] !== rows)
    refuse(
      `The weights of rows in ${quote(String(column))} have the shape [${found.shape}], the targets [${target.shape}]; expected a weight for each row, [${rows}].`,
    )
  const byRow = tf.cast(tf.reshape(found, [rows]), 'float32')
  return byClass ? tf.mul(byClass, byRow) : byRow
}

const columnOf = (batch: object, column: string): Tensor | undefined =>
  (batch as Readonly<Record<string, Tensor | undefined>>)[column]

/** Weights by the class of each row: an index, or the largest of a one-hot row. */
function weightsOfClasses(classes: ReadonlyMap<number, number>, target: Tensor): Tensor {
  const [rows = 1, columns = 1] = target.shape
  if (target.rank > 2)
    refuse(
      `"classWeight" is for targets of the shape [rows], [rows, 1] or one-hot [rows, classes]; they have [${target.shape}]. Use "sampleWeight".`,
    )
  const labels =
    columns === 1
      ? tf.reshape(target, [rows, 1])
      : tf.reshape(tf.argMax(target, 1), [rows, 1])
  const isOf = tf.equal(tf.cast(labels, 'float32'), tf.tensor1d([...classes.keys()]))
  const more = tf.tensor1d([...classes.values()].map((weight) => weight - 1))
  return tf.add(tf.sum(tf.mul(tf.cast(isOf, 'float32'), more), 1), 1)
}

/** A loss that counts rows by their weights: the sum of weighted losses over the number of all, as in Keras. */
export function weightedMean(loss: Tensor, weights: Tensor, output: string): Tensor {
  const rows = weights.shape[0] ?? 1
  if (loss.rank === 0 || loss.shape[0] !== rows)
    refuse(
      `The loss of ${quote(output)} has the shape [${loss.shape}]; weights need one value for each of the ${rows} rows: a loss by its name, or a function that returns [${rows}].`,
    )
  const ones = loss.shape.slice(1).map(() => 1)
  return tf.mean(tf.mul(loss, tf.reshape(weights, [rows, ...ones])))
}

function refuse(text: string): never {
  throw new RegimenError('REG_DATA_INVALID', text, { data: {} })
}
