import {
  invalidOption,
  list,
  oneOf,
  optionSchema,
  type RecordContent,
  text,
} from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Metric } from '../floor/metric.js'
import { SumMetric } from '../floor/sum-metric.js'
import { matrixPicture } from '../pictures/matrix-picture.js'
import { encodePng } from '../pictures/png.js'
import { decide, decisionFaults } from './decisions.js'
import { type DecisionOptions, decisionFields, taskOf } from './options.js'
import { classRows } from './rows.js'

/** What {@link confusionMatrix} takes. */
export interface ConfusionMatrixOptions extends Omit<DecisionOptions, 'labels'> {
  /** Divides by the rows (`true`), the columns (`predicted`) or the whole (`all`). Default: counts. */
  readonly normalize?: 'true' | 'predicted' | 'all'
  /** Names of the classes in tables. Default: their indices. */
  readonly names?: readonly string[]
}

const { labels: _labels, ...fields } = decisionFields
const schema = optionSchema('confusionMatrix', {
  ...fields,
  normalize: oneOf('true', 'predicted', 'all').describe('what counts are divided by'),
  names: list(text()).describe('names of the classes in tables'),
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
  const name = 'confusionMatrix'
  const task = taskOf(name, { ...given, labels: undefined })
  const isBinary = task.kind === 'binary'
  const size = isBinary ? 2 : task.size
  const { normalize, names = Array.from({ length: size }, (_, index) => String(index)) } =
    given
  if (names.length !== size)
    invalidOption(name, 'names', names, `a name for each of the ${size} classes`)
  return new SumMetric<number[][]>({
    name,
    kind: `matrix of ${size} classes`,
    size: size ** 2,
    faults: decisionFaults(task),
    rows: (predictions, targets) => classRows(name, task, predictions, targets),
    sums(rows) {
      const { predicted, truth, counted, faults } = decide(
        { ...given, task, topK: 1 },
        rows,
      )
      const both = (ones: tf.Tensor2D) =>
        isBinary ? tf.concat2d([tf.sub(counted, ones), ones], 1) : ones
      return { sums: [tf.matMul(both(truth), both(predicted), true)], faults }
    },
    value(totals) {
      const matrix = Array.from({ length: size }, (_, row) => [
        ...totals.subarray(row * size, (row + 1) * size),
      ])
      return normalized(matrix, normalize)
    },
    contents: (of, counts) => matrixContents(of, counts, names),
  })
}

/** A table, as the dashboard and reports show it, and a picture. */
function matrixContents(
  name: string,
  counts: readonly (readonly number[])[],
  labels: readonly string[],
): RecordContent[] {
  const picture = matrixPicture(counts)
  const { width, height } = picture
  const bytes = encodePng(picture)
  const table = JSON.stringify({ type: 'confusion-matrix', labels, counts })
  return [
    { kind: 'text', name, text: table },
    { kind: 'image', name, width, height, bytes, mime: 'image/png' },
  ]
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
