import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as metrics from '../src/index.js'
import { type Nested, tables } from './torchmetrics/tables.js'

beforeAll(() => tf.setBackend('cpu'))
let before = 0
beforeAll(() => {
  before = tf.memory().numTensors
})
afterAll(() => {
  expect(tf.memory().numTensors).toBe(before)
})

const factories = metrics as unknown as Readonly<
  Record<string, (options: object) => metrics.Metric<Nested>>
>
const flat = (value: Nested): number[] =>
  typeof value === 'number' ? [value] : value.flatMap(flat)

/** Rows of an array of the table. */
function rowsOf(name: string, from: number, count: number): tf.Tensor {
  const { shape = [], values = [] } = tables.data[name] ?? {}
  const [, ...rest] = shape
  const size = rest.reduce((product, length) => product * length, 1)
  const dtype = /classes|bits|tokens/i.test(name) ? 'int32' : 'float32'
  return tf.tensor(values.slice(from * size, (from + count) * size), [count, ...rest], dtype)
}

/** The value after batches of these sizes. */
async function valueAfter(
  metric: metrics.Metric<Nested>,
  { predictions, targets }: { readonly predictions: string; readonly targets: string },
  sizes: readonly number[],
): Promise<Nested> {
  let from = 0
  for (const size of sizes) {
    const pair = [rowsOf(predictions, from, size), rowsOf(targets, from, size)] as const
    metric.update(...pair)
    tf.dispose([...pair])
    from += size
  }
  return metric.compute()
}

describe(`over batches of 1 to 40 rows, as ${tables.source} has it:`, () => {
  it.each(tables.cases.map((one) => [one.name, JSON.stringify(one.options), one] as const))(
    '%s(%s)',
    async (name, _, { options, value, ...pair }) => {
      const metric = factories[name]?.(options) as metrics.Metric<Nested>
      const found = flat(await valueAfter(metric, pair, tables.sizes))
      const expected = flat(value)
      expect(found).toHaveLength(expected.length)
      for (const [index, number] of expected.entries())
        expect(found[index], `${found} for ${expected}`).toBeCloseTo(number, 5)
      // All rows at once, in a metric that goes on with what another has saved.
      const rows = tables.sizes.reduce((sum, size) => sum + size, 0)
      const first = metric.fresh()
      const half = Math.floor(rows / 2)
      const saved = await valueAfter(first, pair, [half]).then(() => first.state())
      const other = metric.fresh()
      other.restore(JSON.parse(JSON.stringify(saved)) as metrics.MetricState)
      for (const at of [half, half + 1]) {
        const count = at === half ? 1 : rows - at
        const rest = [rowsOf(pair.predictions, at, count), rowsOf(pair.targets, at, count)] as const
        other.update(...rest)
        tf.dispose([...rest])
      }
      for (const [index, number] of flat(await other.compute()).entries())
        expect(number).toBeCloseTo(found[index] ?? Number.NaN, 6)
    },
  )
})

it.each(tables.bleus)('bleu($options) is $value', async ({ options, value }) => {
  const metric = metrics.bleu(options)
  for (const [text, references] of tables.texts) metric.update([text], [references])
  // torchmetrics gives 0 where no longest sequence is found; smoothed counts are not 0 here.
  if (value > 0) expect(await metric.compute()).toBeCloseTo(value, 6)
  else expect(await metric.compute()).toBeLessThan(0.5)
})

it('quantiles are those of NumPy, of arrays and of tensors', async () => {
  const { at, value } = tables.quantiles
  const values = tables.data.actual?.values ?? []
  const metric = metrics.quantiles({ at })
  metric.update(values.slice(0, 5))
  const rest = tf.tensor1d(values.slice(5))
  metric.update(rest)
  rest.dispose()
  const found = await metric.compute()
  for (const [index, number] of value.entries()) expect(found[index]).toBeCloseTo(number, 6)
})
