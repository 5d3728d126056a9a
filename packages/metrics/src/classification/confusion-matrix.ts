import { oneOf, optionSchema } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { decide, decisionFaults } from './decisions.js'
import { type DecisionOptions, decisionFields, type Task, taskOf } from './options.js'
import { classRows } from './rows.js'

/** What {@link confusionMatrix} takes. */
export interface ConfusionMatrixOptions extends Omit<DecisionOptions, 'labels'> {
  /** Divides by the rows (`true`), the columns (`predicted`) or the whole (`all`). Default: counts. */
  readonly normalize?: 'true' | 'predicted' | 'all'
}

const { labels: _labels, ...fields } = decisionFields
const schema = optionSchema('confusionMatrix', {
  ...fields,
  normalize: oneOf('true', 'predicted', 'all').describe('what counts are divided by'),
})

/**
 * How often which class is predicted for which: a row for each true class, a column for each predicted one. Without
 * `classes` two of each: no and yes.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * confusionMatrix({ classes: 10 })
 */
export function confusionMatrix(input: ConfusionMatrixOptions = {}): Metric<number[][]> {
  const given = schema.check(input)
  const task = taskOf('confusionMatrix', { ...given, labels: undefined })
  const { normalize } = given
  return matrixMetric('confusionMatrix', { ...given, task }, (matrix) =>
    normalized(matrix, normalize),
  )
}

type MatrixRule = Omit<Parameters<typeof decide>[0], 'topK'> & { readonly task: Task }

/** A metric that follows from the confusion matrix. */
function matrixMetric<Value>(
  name: string,
  rule: MatrixRule,
  fromMatrix: (matrix: number[][]) => Value,
): SumMetric<Value> {
  const { task } = rule
  const isBinary = task.kind === 'binary'
  const size = isBinary ? 2 : task.size
  return new SumMetric<Value>({
    name,
    kind: `matrix of ${size} classes`,
    size: size ** 2,
    faults: decisionFaults(task),
    rows: (predictions, targets) => classRows(name, task, predictions, targets),
    sums(rows) {
      const { predicted, truth, counted, faults } = decide({ ...rule, topK: 1 }, rows)
      const both = (ones: tf.Tensor2D) =>
        isBinary ? tf.concat2d([tf.sub(counted, ones), ones], 1) : ones
      return { sums: [tf.matMul(both(truth), both(predicted), true)], faults }
    },
    value: (totals) =>
      fromMatrix(
        Array.from({ length: size }, (_, row) => [
          ...totals.subarray(row * size, (row + 1) * size),
        ]),
      ),
  })
}

/** Shares instead of counts; 0 / 0 is 0. */
function normalized(
  matrix: number[][],
  by: ConfusionMatrixOptions['normalize'],
): number[][] {
  const sum = (values: readonly number[]) => values.reduce((so, value) => so + value, 0)
  const columns = matrix.map((_, column) => sum(matrix.map((row) => row[column] ?? 0)))
  const all = sum(columns)
  if (by === undefined) return matrix
  return matrix.map((row) =>
    row.map((count, column) => {
      const whole = by === 'all' ? all : by === 'true' ? sum(row) : (columns[column] ?? 0)
      return whole === 0 ? 0 : count / whole
    }),
  )
}
