import { refuse } from '../floor/fault.js'
import { isTensor } from '../floor/host-values.js'

/** What a metric compares. */
export interface Pair {
  readonly predictions: unknown
  readonly targets?: unknown
}

/** A batch of an evaluation, and what its step returned as `output`. */
export interface EvaluatedBatch {
  readonly output: unknown
  readonly data: unknown
  readonly stage: 'validation' | 'test'
  /** Name of the loader if there are several. */
  readonly loader: string | undefined
}

/** Which parts of outputs and batches are compared. */
export interface PairChoice {
  readonly predictions: string | number | undefined
  readonly targets: string | number | undefined
  readonly select: ((batch: EvaluatedBatch) => Pair) | undefined
}

const OUTPUT =
  'return { loss, output: predictions } or { loss, output: { predictions, targets } } from it'
const TARGETS =
  'name them by the option "targets", choose by "select", or return { output: { predictions, targets } } from the step'

/**
 * Predictions and targets of a batch: what `select` returns; else of an output `{ predictions, targets }` both; else
 * the output and the batch's `y` (or `ys`, or the second item of a list).
 *
 * @throws REG_METRIC_INPUT
 */
export function pairOf(owner: string, batch: EvaluatedBatch, choice: PairChoice): Pair {
  const { output, data, stage } = batch
  if (choice.select) return choice.select(batch)
  if (output === undefined)
    refuse(
      owner,
      `${stage}Step returned no output, and there is nothing to compare: ${OUTPUT}.`,
    )
  const own = isRecord(output) && 'predictions' in output ? output : undefined
  const predicted = own ? own.predictions : output
  const expected = own && 'targets' in own ? own.targets : targetsIn(data)
  const predictions = partOf(predicted, choice.predictions)
  const targets =
    choice.targets === undefined
      ? expected
      : (partOf(
          isRecord(expected) || isList(expected) ? expected : data,
          choice.targets,
        ) ?? partOf(data, choice.targets))
  if (predictions === undefined)
    refuse(
      owner,
      `the output has no ${JSON.stringify(choice.predictions)}; it has ${keysOf(predicted)}.`,
    )
  if (targets === undefined)
    refuse(owner, `the batch has no targets, it has ${keysOf(data)}: ${TARGETS}.`)
  if (choice.predictions === undefined && isSeveral(predictions))
    refuse(
      owner,
      `the output has several parts, ${keysOf(predictions)}: say which one by the option "predictions".`,
    )
  if (choice.targets === undefined && isSeveral(targets))
    refuse(
      owner,
      `the batch has several targets, ${keysOf(targets)}: say which one by the option "targets".`,
    )
  return { predictions, targets }
}

/** The targets of a batch as Keras, `@regimen/data` and `tf.data` name them. */
function targetsIn(data: unknown): unknown {
  if (isRecord(data)) return data.y ?? data.ys
  return isList(data) && data.length === 2 ? data[1] : undefined
}

const partOf = (whole: unknown, part: string | number | undefined): unknown =>
  part === undefined ? whole : (Object(whole) as Record<string | number, unknown>)[part]

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  !isList(value) &&
  !isTensor(value) &&
  !ArrayBuffer.isView(value)

const isSeveral = (value: unknown): boolean =>
  isRecord(value) || (isList(value) && value.some(isTensor))

const keysOf = (value: unknown): string => {
  if (isList(value)) return `a list of ${value.length}`
  if (!isRecord(value))
    return isTensor(value) ? `one tensor [${value.shape}]` : String(value)
  return (
    Object.keys(value)
      .map((key) => JSON.stringify(key))
      .join(', ') || 'nothing'
  )
}
